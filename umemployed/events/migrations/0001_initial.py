import django.contrib.postgres.indexes
import django.db.models.deletion
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
                    name='EventRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('topic', models.CharField(help_text='app.ClassName of the event', max_length=100, verbose_name='topic')),
                        ('aggregate', models.CharField(help_text='what must be told in order', max_length=100, verbose_name='aggregate')),
                        ('payload', models.JSONField(verbose_name='payload')),
                        ('request_id', models.CharField(blank=True, max_length=64, verbose_name='request id')),
                        ('occurred_at', models.DateTimeField(auto_now_add=True, verbose_name='occurred at')),
                        ('actor', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor')),
                    ],
                    options={
                        'verbose_name': 'event',
                        'verbose_name_plural': 'events',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['topic', '-id'], name='events_even_topic_90b5bb_idx'), models.Index(fields=['aggregate', 'id'], name='events_even_aggrega_afafcb_idx'), django.contrib.postgres.indexes.BrinIndex(fields=['occurred_at'], name='event_age')],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('handler', models.CharField(max_length=150, verbose_name='handler')),
                        ('aggregate', models.CharField(max_length=100, verbose_name='aggregate')),
                        ('status', models.CharField(choices=[('pending', 'pending'), ('done', 'done'), ('dead', 'dead letter')], default='pending', max_length=10, verbose_name='status')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                        ('failures', models.PositiveSmallIntegerField(default=0, verbose_name='failures')),
                        ('next_attempt_at', models.DateTimeField(verbose_name='next attempt at')),
                        ('last_error', models.TextField(blank=True, verbose_name='last error')),
                        ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                        ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='events.eventrecord', verbose_name='event')),
                    ],
                    options={
                        'verbose_name': 'delivery',
                        'verbose_name_plural': 'deliveries',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('attempts', 0), ('status', 'pending')), fields=['event'], name='delivery_fresh'), models.Index(condition=models.Q(('attempts__gt', 0), ('status', 'pending')), fields=['next_attempt_at', 'event'], name='delivery_again'), models.Index(condition=models.Q(('status', 'pending')), fields=['handler', 'aggregate', 'event'], name='delivery_lane'), models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'dead')), name='delivery_dead')],
                        'constraints': [models.UniqueConstraint(fields=('event', 'handler'), name='delivery_once_per_handler')],
                    },
                ),
            ],
        ),
    ]
