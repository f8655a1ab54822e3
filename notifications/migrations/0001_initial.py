import django.db.models.deletion
import django.db.models.functions.text
import umemployed.api.ids
from django.conf import settings
from django.db import migrations, models

from umemployed.schema import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('companies', '0001_initial'),
        ('jobs', '0001_initial'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='MailReport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('source', models.CharField(max_length=20, verbose_name='source')),
                        ('report_id', models.CharField(max_length=128, verbose_name='id of the report')),
                        ('outcome', models.CharField(choices=[('hard_bounce', 'the address does not exist'), ('soft_bounce', 'came back, may work later'), ('complaint', 'the reader called it spam')], max_length=20, verbose_name='outcome')),
                        ('address', models.EmailField(max_length=254, verbose_name='address')),
                        ('detail', models.CharField(blank=True, max_length=500, verbose_name='detail')),
                    ],
                    options={
                        'verbose_name': 'report of a mail provider',
                        'verbose_name_plural': 'reports of mail providers',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['address', '-id'], name='mailreport_of_address')],
                        'constraints': [models.UniqueConstraint(fields=('source', 'report_id'), name='mailreport_once')],
                    },
                ),
                migrations.CreateModel(
                    name='NotificationHours',
                    fields=[
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notification_hours', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('digest_hour', models.PositiveSmallIntegerField(default=7, verbose_name='hour of the daily summary')),
                        ('quiet_from', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='no mails from')),
                        ('quiet_until', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='no mails until')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                    ],
                    options={
                        'verbose_name': 'hours of notification',
                        'verbose_name_plural': 'hours of notification',
                        'ordering': ['pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('digest_hour__lt', 24), models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__lt', 24), ('quiet_until__lt', 24), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR')), name='hours_of_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Mail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('fact', models.CharField(help_text='What makes it one mail, not two.', max_length=200, unique=True, verbose_name='fact')),
                        ('kind', models.CharField(max_length=40, verbose_name='kind')),
                        ('to_address', models.EmailField(max_length=254, verbose_name='address')),
                        ('language', models.CharField(default='en', max_length=8, verbose_name='language')),
                        ('context', models.JSONField(default=dict, verbose_name='context')),
                        ('queue', models.CharField(choices=[('critical', 'critical'), ('default', 'default'), ('bulk', 'bulk')], default='default', max_length=10, verbose_name='queue')),
                        ('status', models.CharField(choices=[('queued', 'queued'), ('sending', 'sending'), ('sent', 'sent'), ('failed', 'failed'), ('moot', 'no longer needed')], default='queued', max_length=10, verbose_name='status')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                        ('deaths', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='dead senders')),
                        ('due_at', models.DateTimeField(help_text='Not to be sent earlier.', verbose_name='due at')),
                        ('handed_over_at', models.DateTimeField(help_text='When its task was queued.', null=True, verbose_name='handed over at')),
                        ('leased_until', models.DateTimeField(blank=True, null=True, verbose_name='leased until')),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                        ('last_error', models.CharField(blank=True, max_length=500, verbose_name='last error')),
                        ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                    ],
                    options={
                        'verbose_name': 'mail',
                        'verbose_name_plural': 'mails',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(models.F('due_at'), condition=models.Q(('status__in', ['queued', 'sending'])), name='mail_waiting'), models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'failed')), name='mail_failed')],
                    },
                ),
                migrations.CreateModel(
                    name='Notification',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('kind', models.CharField(max_length=40, verbose_name='kind')),
                        ('event', models.UUIDField(help_text='Public id of the fact in the event log.', verbose_name='event')),
                        ('data', models.JSONField(default=dict, verbose_name='data')),
                        ('group', models.CharField(help_text='What a reader sees as one: a conversation, a job.', max_length=80, verbose_name='group')),
                        ('line', models.UUIDField(default=umemployed.api.ids.new_public_id, help_text='Id of the first fact of the line.', verbose_name='line')),
                        ('leads', models.BooleanField(default=True, verbose_name='leads its line')),
                        ('line_size', models.PositiveIntegerField(default=1, verbose_name='facts in the line')),
                        ('in_app', models.BooleanField(default=True, verbose_name='in app')),
                        ('awaits_digest', models.BooleanField(default=False, verbose_name='awaits the digest')),
                        ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                        ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor')),
                        ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='companies.company', verbose_name='on behalf of')),
                        ('job', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.job', verbose_name='of the team of')),
                        ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                    ],
                    options={
                        'verbose_name': 'notification',
                        'verbose_name_plural': 'notifications',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('in_app', True)), fields=['recipient', '-id'], name='notification_list'), models.Index(condition=models.Q(('in_app', True), ('leads', True)), fields=['recipient', '-id'], name='notification_lines'), models.Index(condition=models.Q(('in_app', True), ('read_at__isnull', True)), fields=['recipient'], name='notification_unread'), models.Index(condition=models.Q(('awaits_digest', True)), fields=['recipient'], name='notification_digest')],
                        'constraints': [models.UniqueConstraint(fields=('recipient', 'event', 'kind'), name='notification_once_per_fact')],
                    },
                ),
                migrations.CreateModel(
                    name='NotificationPreference',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40, verbose_name='kind')),
                        ('in_app', models.BooleanField(verbose_name='in app')),
                        ('mail', models.CharField(choices=[('now', 'at once'), ('digest', 'once a day, together'), ('off', 'never')], max_length=10, verbose_name='mail')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notification_preferences', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'notification preference',
                        'verbose_name_plural': 'notification preferences',
                        'ordering': ['user', 'kind', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='preference_once_per_kind')],
                    },
                ),
                migrations.CreateModel(
                    name='SuppressedAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('address', models.EmailField(max_length=254, unique=True, verbose_name='address')),
                        ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notifications.mailreport', verbose_name='report')),
                    ],
                    options={
                        'verbose_name': 'suppressed address',
                        'verbose_name_plural': 'suppressed addresses',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('address', django.db.models.functions.text.Lower('address'))), name='suppressed_address_is_lower_case')],
                    },
                ),
            ],
        ),
    ]
