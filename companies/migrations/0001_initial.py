import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import umemployed.api.ids
from django.conf import settings
from django.db import migrations, models

from umemployed.schema import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        # Needed for speed alone: its many small steps render anew whatever leads to a person, which so far is little.
        ('social_django', '0022_nonce_timestamp_index'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Company',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('slug', models.SlugField(max_length=80, unique=True, verbose_name='slug')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('about', models.TextField(blank=True, max_length=10000, verbose_name='about')),
                        ('website', models.URLField(blank=True, max_length=300, verbose_name='website')),
                        ('country', models.CharField(blank=True, help_text='ISO 3166-1 alpha-2', max_length=2, validators=[django.core.validators.RegexValidator('\\A[A-Z]{2}\\Z')], verbose_name='country')),
                        ('size', models.CharField(blank=True, choices=[('1-10', '1-10'), ('11-50', '11-50'), ('51-200', '51-200'), ('201-1000', '201-1,000'), ('1001-5000', '1,001-5,000'), ('5001+', '5,001+')], max_length=10, verbose_name='size')),
                        ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='verified at')),
                        ('demands_mfa', models.BooleanField(default=False, help_text='Owners and admins without it hold no rights.', verbose_name='demands two-step sign-in')),
                        ('accepts_messages', models.BooleanField(default=False, help_text='Anybody may write to the team, not only applicants.', verbose_name='accepts messages')),
                        ('approves_jobs', models.BooleanField(default=False, help_text='A posting goes live only after somebody else of the company approved it.', verbose_name='approves jobs before they are published')),
                        ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                    ],
                    options={
                        'verbose_name': 'company',
                        'verbose_name_plural': 'companies',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['name', 'id'], name='company_by_name')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('slug', django.db.models.functions.text.Lower('slug'))), name='company_slug_is_lower_case')],
                    },
                ),
                migrations.CreateModel(
                    name='Block',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('blocker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who blocks')),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='blocked person')),
                        ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='companies.company', verbose_name='blocked company')),
                    ],
                    options={
                        'verbose_name': 'block',
                        'verbose_name_plural': 'blocks',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('company__isnull', False), ('person', None)), models.Q(('company', None), ('person__isnull', False)), _connector='OR'), name='block_of_one_thing'), models.CheckConstraint(condition=models.Q(('blocker', models.F('person')), _negated=True), name='block_not_of_oneself'), models.UniqueConstraint(fields=('blocker', 'person'), name='block_once_per_person'), models.UniqueConstraint(fields=('blocker', 'company'), name='block_once_per_company')],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                        ('role', models.CharField(choices=[('owner', 'owner'), ('admin', 'admin'), ('recruiter', 'recruiter'), ('hiring_manager', 'hiring manager'), ('interviewer', 'interviewer')], max_length=20, verbose_name='role')),
                        ('digest', models.CharField(max_length=64, unique=True, verbose_name='digest')),
                        ('expires_at', models.DateTimeField(verbose_name='expires at')),
                        ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted at')),
                        ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                        ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='accepted by')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='companies.company', verbose_name='company')),
                        ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by')),
                    ],
                    options={
                        'verbose_name': 'invitation',
                        'verbose_name_plural': 'invitations',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='invitation_email_is_lower_case'), models.CheckConstraint(condition=models.Q(('role', 'owner'), _negated=True), name='invitation_never_to_own'), models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None)), fields=('company', 'email'), name='invitation_one_open_per_address')],
                    },
                ),
                migrations.CreateModel(
                    name='Membership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('role', models.CharField(choices=[('owner', 'owner'), ('admin', 'admin'), ('recruiter', 'recruiter'), ('hiring_manager', 'hiring manager'), ('interviewer', 'interviewer')], max_length=20, verbose_name='role')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='companies.company', verbose_name='company')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'membership',
                        'verbose_name_plural': 'memberships',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['company', 'role'], name='membership_by_role')],
                        'constraints': [models.UniqueConstraint(fields=('company', 'user'), name='membership_once_per_company')],
                    },
                ),
            ],
        ),
    ]
