import django.contrib.postgres.indexes
import django.contrib.postgres.search
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
        ('applications', '0001_initial'),
        ('companies', '0001_initial'),
        ('files', '0001_initial'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='ChatSettings',
                    fields=[
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('shares_presence', models.BooleanField(db_default=True, default=True, verbose_name='shows when they are there')),
                        ('last_seen_at', models.DateTimeField(blank=True, null=True, verbose_name='last seen at')),
                    ],
                    options={
                        'verbose_name': 'chat settings',
                        'verbose_name_plural': 'chat settings',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Conversation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('last_seq', models.BigIntegerField(default=0, verbose_name='last sequence number')),
                        ('last_message_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last message at')),
                        ('streak', models.PositiveIntegerField(db_default=0, default=0, verbose_name="messages since the other side's")),
                        ('streak_side', models.CharField(blank=True, choices=[('candidate', 'candidate'), ('company', 'company')], db_default='', max_length=10, verbose_name='who wrote last')),
                        ('application', models.OneToOneField(blank=True, help_text='Empty for the conversation with the team as such.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conversation', to='applications.application', verbose_name='application')),
                        ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='candidate')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company', verbose_name='company')),
                    ],
                    options={
                        'verbose_name': 'conversation',
                        'verbose_name_plural': 'conversations',
                        'ordering': ['-last_message_at', '-pk'],
                        'indexes': [models.Index(fields=['candidate', '-last_message_at', '-id'], name='conversation_of_candidate'), models.Index(fields=['company', '-last_message_at', '-id'], name='conversation_of_company')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('application', None)), fields=('candidate', 'company'), name='conversation_one_with_team')],
                    },
                ),
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('seq', models.BigIntegerField(verbose_name='sequence number')),
                        ('side', models.CharField(choices=[('candidate', 'candidate'), ('company', 'company')], max_length=10, verbose_name='side')),
                        ('client_msg_id', models.UUIDField(help_text='The same id is the same message.', verbose_name="client's id of the message")),
                        ('body', models.TextField(blank=True, max_length=10000, verbose_name='text')),
                        ('words', django.contrib.postgres.search.SearchVectorField(blank=True, editable=False, help_text='What searches read.', null=True, verbose_name='words')),
                        ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='edited at')),
                        ('deleted_at', models.DateTimeField(blank=True, null=True, verbose_name='deleted at')),
                        ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='messaging.conversation', verbose_name='conversation')),
                        ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sender')),
                    ],
                    options={
                        'verbose_name': 'message',
                        'verbose_name_plural': 'messages',
                        'ordering': ['conversation', 'seq'],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='message_words')],
                        'constraints': [models.UniqueConstraint(fields=('conversation', 'seq'), name='message_once_per_seq'), models.UniqueConstraint(fields=('conversation', 'sender', 'client_msg_id'), name='message_once_per_client_id'), models.CheckConstraint(condition=models.Q(('side__in', ['candidate', 'company'])), name='message_side_is_known'), models.CheckConstraint(condition=models.Q(('deleted_at', None), models.Q(('body', ''), ('words', None)), _connector='OR'), name='message_deleted_is_empty')],
                    },
                ),
                migrations.CreateModel(
                    name='HiddenMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='hidden at')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hidings', to='messaging.message', verbose_name='message')),
                    ],
                    options={
                        'verbose_name': 'hidden message',
                        'verbose_name_plural': 'hidden messages',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('message', 'user'), name='message_hidden_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='file')),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='messaging.message', verbose_name='message')),
                    ],
                    options={
                        'verbose_name': 'attachment',
                        'verbose_name_plural': 'attachments',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='MessageRevision',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('body', models.TextField(blank=True, max_length=10000, verbose_name='text')),
                        ('replaced_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='replaced at')),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='messaging.message', verbose_name='message')),
                    ],
                    options={
                        'verbose_name': 'earlier text',
                        'verbose_name_plural': 'earlier texts',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='MessageTemplate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('body', models.TextField(max_length=10000, verbose_name='text')),
                        ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                        ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='message_templates', to='companies.company', verbose_name='company')),
                    ],
                    options={
                        'verbose_name': 'message template',
                        'verbose_name_plural': 'message templates',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('company', 'name'), name='message_template_one_per_name')],
                    },
                ),
                migrations.CreateModel(
                    name='Participant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('last_read_seq', models.BigIntegerField(db_default=0, default=0, verbose_name='last read sequence number')),
                        ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                        ('muted', models.BooleanField(db_default=False, default=False, verbose_name='muted')),
                        ('muted_until', models.DateTimeField(blank=True, help_text='Empty: for ever.', null=True, verbose_name='muted until')),
                        ('archived_seq', models.BigIntegerField(blank=True, null=True, verbose_name='put away up to')),
                        ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='left at')),
                        ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='messaging.conversation', verbose_name='conversation')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'reader',
                        'verbose_name_plural': 'readers',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('conversation', 'user'), name='participant_once_per_conversation')],
                    },
                ),
                migrations.CreateModel(
                    name='Reaction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('emoji', models.CharField(max_length=40, verbose_name='emoji')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made at')),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='messaging.message', verbose_name='message')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'reaction',
                        'verbose_name_plural': 'reactions',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('message', 'user', 'emoji'), name='reaction_once_per_person_and_emoji')],
                    },
                ),
                migrations.CreateModel(
                    name='Report',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('reason', models.CharField(choices=[('spam', 'spam'), ('scam', 'fraud, or asks for money'), ('harassment', 'harassment or threats'), ('discrimination', 'discrimination'), ('sexual', 'sexual content'), ('impersonation', 'pretends to be somebody else'), ('other', 'something else')], max_length=20, verbose_name='reason')),
                        ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                        ('evidence', models.JSONField(default=list, verbose_name='evidence')),
                        ('status', models.CharField(choices=[('open', 'open'), ('upheld', 'upheld'), ('dismissed', 'dismissed')], default='open', max_length=10, verbose_name='status')),
                        ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                        ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='companies.company', verbose_name='reported company')),
                        ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='messaging.message', verbose_name='message')),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reported person')),
                        ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who reports')),
                        ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ],
                    options={
                        'verbose_name': 'report',
                        'verbose_name_plural': 'reports',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['status', 'id'], name='report_queue')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('company', None), ('message__isnull', False), ('person', None)), models.Q(('company', None), ('message', None), ('person__isnull', False)), models.Q(('company__isnull', False), ('message', None), ('person', None)), _connector='OR'), name='report_of_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_at', None), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('resolved_at__isnull', False)), _connector='OR'), name='report_decided_unless_open'), models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('reporter', 'message'), name='report_one_open_per_message'), models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('reporter', 'person'), name='report_one_open_per_person'), models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('reporter', 'company'), name='report_one_open_per_company')],
                    },
                ),
            ],
        ),
    ]
