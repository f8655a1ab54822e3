from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='IdempotencyRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(help_text='user:<pk> or address:<ip>', max_length=80, verbose_name='owner')),
                ('key', models.CharField(max_length=255, verbose_name='key')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='fingerprint')),
                ('status', models.PositiveSmallIntegerField(verbose_name='status')),
                ('headers', models.JSONField(default=dict, verbose_name='headers')),
                ('body', models.BinaryField(verbose_name='body')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='expires at')),
            ],
            options={
                'verbose_name': 'idempotency record',
                'verbose_name_plural': 'idempotency records',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='idempotency_once_per_owner')],
            },
        ),
    ]
