import django.db.models.deletion
import django.utils.timezone
import umemployed.api.ids
from django.conf import settings
from django.db import migrations, models

from umemployed.schema import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('files', '0001_initial'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Standing',
                    fields=[
                        ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('active_on', models.DateField(verbose_name='last active on')),
                        ('warned_on', models.DateField(blank=True, null=True, verbose_name='warned on')),
                        ('reminded_on', models.DateField(blank=True, null=True, verbose_name='reminded on')),
                    ],
                    options={
                        'verbose_name': 'standing',
                        'verbose_name_plural': 'standings',
                        'ordering': ['pk'],
                        'indexes': [models.Index(fields=['active_on'], name='standing_by_activity')],
                    },
                ),
                migrations.CreateModel(
                    name='Consent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('purpose', models.CharField(choices=[('terms', 'the terms of use'), ('privacy', 'the notice on personal data'), ('talent_search', 'to be found by recruiters'), ('marketing', 'news of ours by mail')], max_length=20, verbose_name='purpose')),
                        ('version', models.CharField(max_length=20, verbose_name='version of the text')),
                        ('is_given', models.BooleanField(verbose_name='given')),
                        ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='at')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'consent',
                        'verbose_name_plural': 'consents',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['person', 'purpose', '-id'], name='consent_of_person')],
                    },
                ),
                migrations.CreateModel(
                    name='Erasure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('cause', models.CharField(choices=[('asked', 'the person asked'), ('inactive', 'nobody used the account'), ('replayed', 'replayed after a restore')], default='asked', max_length=10, verbose_name='cause')),
                        ('status', models.CharField(choices=[('waiting', 'waiting, can be cancelled'), ('executing', 'being carried out'), ('done', 'done'), ('cancelled', 'cancelled')], default='waiting', max_length=10, verbose_name='status')),
                        ('due_at', models.DateTimeField(verbose_name='due at')),
                        ('obstacle', models.CharField(blank=True, help_text='Code of what stood against it.', max_length=60, verbose_name='obstacle')),
                        ('begun_at', models.DateTimeField(blank=True, null=True, verbose_name='begun at')),
                        ('ledgered_at', models.DateTimeField(blank=True, null=True, verbose_name='in the ledger since')),
                        ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='told at')),
                        ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                        ('progress', models.JSONField(blank=True, default=dict, verbose_name='progress')),
                        ('report', models.JSONField(blank=True, default=dict, verbose_name='report')),
                        ('report_digest', models.CharField(blank=True, max_length=64, verbose_name="digest of the report's link")),
                        ('report_expires_at', models.DateTimeField(blank=True, null=True, verbose_name='report expires at')),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'erasure',
                        'verbose_name_plural': 'erasures',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('status__in', ('waiting', 'executing'))), fields=['due_at'], name='erasure_due'), models.Index(condition=models.Q(('report_digest', ''), _negated=True), fields=['report_digest'], name='erasure_report')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ('waiting', 'executing'))), fields=('person',), name='erasure_one_open_per_person'), models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'executing', 'done', 'cancelled'])), name='erasure_status_is_known')],
                    },
                ),
                migrations.CreateModel(
                    name='Export',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('status', models.CharField(choices=[('running', 'being prepared'), ('ready', 'ready'), ('expired', 'expired'), ('failed', 'failed')], default='running', max_length=10, verbose_name='status')),
                        ('key', models.CharField(editable=False, help_text='Where the bytes go; known before.', max_length=80, verbose_name='key')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                        ('leased_until', models.DateTimeField(blank=True, null=True, verbose_name='leased until')),
                        ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='ready at')),
                        ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires at')),
                        ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile', verbose_name='file')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'export',
                        'verbose_name_plural': 'exports',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('status', 'running')), fields=['leased_until'], name='export_running'), models.Index(condition=models.Q(('status', 'ready')), fields=['expires_at'], name='export_ready')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'running')), fields=('person',), name='export_one_running_per_person'), models.CheckConstraint(condition=models.Q(('status__in', ['running', 'ready', 'expired', 'failed'])), name='export_status_is_known')],
                    },
                ),
            ],
        ),
    ]
