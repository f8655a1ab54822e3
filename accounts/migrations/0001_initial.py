import django.db.models.deletion
import django.db.models.functions.text
import umemployed.api.ids
import umemployed.vault.fields
from django.conf import settings
from django.db import migrations, models

from umemployed.schema import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                        ('email_verified_at', models.DateTimeField(blank=True, null=True, verbose_name='e-mail verified at')),
                        ('maker_unknown', models.BooleanField(db_default=False, default=False, editable=False, help_text='The address was proved by a link alone: somebody else may have set the password.', verbose_name='maker unknown')),
                        ('full_name', models.CharField(blank=True, max_length=150, verbose_name='full name')),
                        ('language', models.CharField(default='en', max_length=8, verbose_name='language')),
                        ('timezone', models.CharField(default='UTC', max_length=64, verbose_name='time zone')),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('is_staff', models.BooleanField(default=False, help_text='May enter the admin.', verbose_name='staff')),
                        ('mfa_enabled_at', models.DateTimeField(blank=True, help_text="Moves with the authenticator's row.", null=True, verbose_name='two-step sign-in since')),
                        ('erased_at', models.DateTimeField(blank=True, editable=False, help_text='The row is a tombstone; it names nobody.', null=True, verbose_name='erased at')),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': 'person',
                        'verbose_name_plural': 'people',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_is_lower_case')],
                    },
                ),
                migrations.CreateModel(
                    name='Authenticator',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('secret', umemployed.vault.fields.EncryptedTextField(purpose='accounts.totp_secret', verbose_name='secret')),
                        ('last_step', models.BigIntegerField(default=0, verbose_name='last used step')),
                        ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='authenticator', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'authenticator',
                        'verbose_name_plural': 'authenticators',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='AuthorizationRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('provider', models.CharField(max_length=32, verbose_name='provider')),
                        ('state_digest', models.CharField(max_length=64, unique=True, verbose_name='digest of the state')),
                        ('browser_digest', models.CharField(max_length=64, verbose_name="digest of the browser's key")),
                        ('redirect_uri', models.CharField(max_length=500, verbose_name='redirect URI')),
                        ('transaction', umemployed.vault.fields.EncryptedTextField(purpose='accounts.social_transaction', verbose_name='transaction')),
                        ('expires_at', models.DateTimeField(db_index=True, verbose_name='expires at')),
                        ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used or withdrawn at')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='authorization_requests', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'authorization request',
                        'verbose_name_plural': 'authorization requests',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Connection',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('provider', models.CharField(help_text='its name in SOCIAL_PROVIDERS', max_length=32, verbose_name='provider')),
                        ('issuer', models.CharField(max_length=255, verbose_name='issuer')),
                        ('subject', models.CharField(help_text="the person's name at the issuer, for good", max_length=255, verbose_name='subject')),
                        ('email', models.EmailField(blank=True, help_text='the proved address that was named when it was made', max_length=254, verbose_name='e-mail')),
                        ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used at')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='connections', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'connection',
                        'verbose_name_plural': 'connections',
                        'ordering': ['-pk'],
                        'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='connection_identity'), models.CheckConstraint(condition=models.Q(models.Q(('issuer', ''), _negated=True), models.Q(('subject', ''), _negated=True)), name='connection_identity_is_whole')],
                    },
                ),
                migrations.CreateModel(
                    name='EmailToken',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('purpose', models.CharField(choices=[('verify_email', 'prove an address'), ('reset_password', 'reset a password'), ('change_email', 'move to another address')], max_length=20, verbose_name='purpose')),
                        ('email', models.EmailField(help_text='the address that it was made for', max_length=254, verbose_name='e-mail')),
                        ('previous_email', models.EmailField(blank=True, help_text='the address that was given up with it', max_length=254, verbose_name='previous e-mail')),
                        ('digest', models.CharField(max_length=64, unique=True, verbose_name='digest')),
                        ('expires_at', models.DateTimeField(verbose_name='expires at')),
                        ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used or withdrawn at')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='email_tokens', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'e-mail token',
                        'verbose_name_plural': 'e-mail tokens',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('used_at', None)), fields=['user', 'purpose'], name='email_token_open')],
                    },
                ),
                migrations.CreateModel(
                    name='RecoveryCode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64, verbose_name='digest')),
                        ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'recovery code',
                        'verbose_name_plural': 'recovery codes',
                        'ordering': ['-pk'],
                        'constraints': [models.UniqueConstraint(fields=('user', 'digest'), name='recovery_code_of_a_person')],
                    },
                ),
                migrations.CreateModel(
                    name='Session',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('device', models.CharField(blank=True, help_text='User-Agent as it was sent', max_length=256, verbose_name='device')),
                        ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                        ('last_seen_at', models.DateTimeField(verbose_name='last seen at')),
                        ('expires_at', models.DateTimeField(help_text='Absolute: no refresh moves it.', verbose_name='expires at')),
                        ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                        ('revoked_reason', models.CharField(blank=True, choices=[('signed_out', 'signed out'), ('revoked', 'ended from another device'), ('password_changed', 'password changed'), ('password_reset', 'password reset'), ('replayed', 'a used refresh token was presented again'), ('suspended', 'suspended by staff'), ('mfa_changed', 'two-step sign-in turned on'), ('reclaimed', 'taken over by the owner of the address')], max_length=20, verbose_name='reason')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'session',
                        'verbose_name_plural': 'sessions',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('revoked_at', None)), fields=['user', '-id'], name='session_live')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_reason', '')), models.Q(('revoked_at__isnull', False), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='session_end_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='RefreshToken',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64, unique=True, verbose_name='digest')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('consumed_at', models.DateTimeField(blank=True, null=True, verbose_name='consumed at')),
                        ('parent', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='successor', to='accounts.refreshtoken', verbose_name='parent')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refresh_tokens', to='accounts.session', verbose_name='session')),
                    ],
                    options={
                        'verbose_name': 'refresh token',
                        'verbose_name_plural': 'refresh tokens',
                        'ordering': ['-pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('consumed_at', None)), fields=('session',), name='refresh_token_one_live_tip')],
                    },
                ),
                migrations.CreateModel(
                    name='SignInChallenge',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('digest', models.CharField(max_length=64, unique=True, verbose_name='digest')),
                        ('device', models.CharField(blank=True, max_length=256, verbose_name='device')),
                        ('expires_at', models.DateTimeField(db_index=True, verbose_name='expires at')),
                        ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used or withdrawn at')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='challenges', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'sign-in challenge',
                        'verbose_name_plural': 'sign-in challenges',
                        'ordering': ['-pk'],
                    },
                ),
            ],
        ),
    ]
