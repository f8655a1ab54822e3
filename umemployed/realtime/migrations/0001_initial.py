import django.contrib.postgres.indexes
import django.db.models.deletion
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
                    name='Presence',
                    fields=[
                        ('pk', models.CompositePrimaryKey('user_id', 'socket', 'process', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('socket', models.CharField(max_length=32, verbose_name='socket')),
                        ('process', models.UUIDField(verbose_name='process')),
                        ('until', models.DateTimeField(verbose_name='until')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'presence',
                        'verbose_name_plural': 'presences',
                    },
                ),
                migrations.CreateModel(
                    name='Stream',
                    fields=[
                        ('pk', models.CompositePrimaryKey('user_id', 'socket', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('socket', models.CharField(max_length=32, verbose_name='socket')),
                        ('last_seq', models.BigIntegerField(db_default=0, default=0, verbose_name='last sequence number')),
                        ('epoch', models.IntegerField(db_default=0, default=0, help_text='Grows when access is cut; older connections are closed.', verbose_name='epoch')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'stream',
                        'verbose_name_plural': 'streams',
                    },
                ),
                migrations.CreateModel(
                    name='Frame',
                    fields=[
                        ('pk', models.CompositePrimaryKey('user_id', 'socket', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('socket', models.CharField(max_length=32, verbose_name='socket')),
                        ('seq', models.BigIntegerField(verbose_name='sequence number')),
                        ('type', models.CharField(max_length=64, verbose_name='type')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('scope', models.CharField(blank=True, db_default='', help_text='What it is about; redacted as one.', max_length=64, verbose_name='scope')),
                        ('data', models.JSONField(verbose_name='data')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'frame',
                        'verbose_name_plural': 'frames',
                        'indexes': [django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['at'], name='frame_at_brin')],
                    },
                ),
                migrations.CreateModel(
                    name='Ticket',
                    fields=[
                        ('digest', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='digest')),
                        ('session_id', models.CharField(max_length=64, verbose_name='session')),
                        ('expires_at', models.DateTimeField(verbose_name='expires at')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'ticket',
                        'verbose_name_plural': 'tickets',
                        'indexes': [models.Index(fields=['expires_at'], name='realtime_ti_expires_03b8fd_idx')],
                    },
                ),
            ],
        ),
    ]
