import django.db.models.deletion
import django.utils.timezone
import umemployed.api.ids
from django.conf import settings
from django.db import migrations, models

from umemployed.schema import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='AuditAnchor',
                    fields=[
                        ('seq', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='number of the link')),
                        ('digest', models.CharField(max_length=64, verbose_name='digest of the link')),
                        ('seal', models.CharField(max_length=64, verbose_name='seal')),
                        ('at', models.DateTimeField(verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'audit anchor',
                        'verbose_name_plural': 'audit anchors',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='AuditEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('action', models.CharField(max_length=80, verbose_name='action')),
                        ('actor_public_id', models.UUIDField(blank=True, null=True, verbose_name="actor's public id")),
                        ('target', models.CharField(blank=True, help_text='app.model:public id', max_length=120, verbose_name='target')),
                        ('details', models.JSONField(default=dict, verbose_name='details')),
                        ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                        ('request_id', models.CharField(blank=True, max_length=64, verbose_name='request id')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                        ('seal', models.CharField(editable=False, max_length=64, verbose_name='seal')),
                        ('actor', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor')),
                    ],
                    options={
                        'verbose_name': 'audit entry',
                        'verbose_name_plural': 'audit entries',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['action', '-id'], name='audit_audit_action_c53347_idx'), models.Index(fields=['target', '-id'], name='audit_audit_target_fd51ce_idx'), models.Index(fields=['actor', '-id'], name='audit_audit_actor_i_978e3b_idx')],
                    },
                ),
                migrations.CreateModel(
                    name='AuditLink',
                    fields=[
                        ('seq', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                        ('digest', models.CharField(max_length=64, verbose_name='digest')),
                        ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='audit.auditentry')),
                    ],
                    options={
                        'verbose_name': 'audit link',
                        'verbose_name_plural': 'audit links',
                        'ordering': ['-pk'],
                    },
                ),
            ],
        ),
    ]
