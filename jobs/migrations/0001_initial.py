import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.manager
import umemployed.api.ids
from django.conf import settings
from django.db import migrations, models

from umemployed.schema import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('companies', '0001_initial'),
        ('resumes', '0001_initial'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Category',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(unique=True, verbose_name='slug')),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('name_fr', models.CharField(blank=True, max_length=100, verbose_name='French name')),
                    ],
                    options={
                        'verbose_name': 'category',
                        'verbose_name_plural': 'categories',
                        'ordering': ['name', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Job',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('status', models.CharField(choices=[('draft', 'draft'), ('pending', 'awaiting approval'), ('scheduled', 'scheduled'), ('live', 'live'), ('paused', 'paused'), ('closed', 'closed'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='status')),
                        ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('description', models.TextField(blank=True, max_length=50000, verbose_name='description')),
                        ('requirements', models.TextField(blank=True, max_length=50000, verbose_name='requirements')),
                        ('benefits', models.TextField(blank=True, max_length=50000, verbose_name='benefits')),
                        ('language', models.CharField(default='en', help_text='ISO 639-1, of the text', max_length=2, verbose_name='language')),
                        ('employment_type', models.CharField(choices=[('full_time', 'full-time'), ('part_time', 'part-time'), ('contract', 'contract'), ('temporary', 'temporary'), ('internship', 'internship'), ('apprenticeship', 'apprenticeship'), ('volunteer', 'volunteer'), ('other', 'other')], default='full_time', max_length=20, verbose_name='employment type')),
                        ('experience_level', models.CharField(choices=[('any', 'any'), ('entry', 'entry'), ('associate', 'associate'), ('mid', 'mid'), ('senior', 'senior'), ('director', 'director'), ('executive', 'executive')], default='any', max_length=20, verbose_name='experience level')),
                        ('work_mode', models.CharField(choices=[('on_site', 'on site'), ('hybrid', 'hybrid'), ('remote', 'remote')], default='on_site', max_length=10, verbose_name='work mode')),
                        ('eligible_countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, help_text='ISO 3166-1 alpha-2 of those from which one may be hired; empty means that it is not restricted', size=None, verbose_name='eligible countries')),
                        ('openings', models.PositiveSmallIntegerField(default=1, verbose_name='openings')),
                        ('is_anonymous', models.BooleanField(default=False, help_text='Nobody outside the company is told whose posting it is.', verbose_name='anonymous employer')),
                        ('salary_min', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='lowest pay')),
                        ('salary_max', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='highest pay')),
                        ('salary_currency', models.CharField(blank=True, help_text='ISO 4217', max_length=3, verbose_name='currency')),
                        ('salary_period', models.CharField(blank=True, choices=[('hour', 'hour'), ('day', 'day'), ('week', 'week'), ('month', 'month'), ('year', 'year')], max_length=5, verbose_name='per')),
                        ('salary_basis', models.CharField(blank=True, choices=[('gross', 'gross'), ('net', 'net')], max_length=5, verbose_name='gross or net')),
                        ('hours_per_week', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(80)], verbose_name='hours per week')),
                        ('salary_yearly_min', models.PositiveIntegerField(editable=False, null=True, verbose_name='lowest pay, yearly')),
                        ('salary_yearly_max', models.PositiveIntegerField(editable=False, null=True, verbose_name='highest pay, yearly')),
                        ('publish_at', models.DateTimeField(blank=True, null=True, verbose_name='to be published at')),
                        ('hold_reason', models.CharField(blank=True, editable=False, max_length=40, verbose_name='why it was not published then')),
                        ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published at')),
                        ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='closed at')),
                        ('taken_down_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='taken down by staff at')),
                        ('expires_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                        ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires at')),
                        ('timezone', models.CharField(default='UTC', help_text='IANA name', max_length=64, verbose_name='time zone')),
                        ('reference', models.CharField(blank=True, help_text="the employer's own", max_length=100, verbose_name='reference')),
                        ('external_id', models.CharField(blank=True, help_text='the id at its source', max_length=100, verbose_name='external id')),
                        ('source', models.CharField(blank=True, help_text='what it was imported from', max_length=50, verbose_name='source')),
                        ('source_posted_on', models.DateField(blank=True, null=True, verbose_name='posted at the source on')),
                        ('source_digest', models.CharField(blank=True, editable=False, max_length=64)),
                        ('search_ord', models.IntegerField(blank=True, editable=False, null=True, unique=True)),
                        ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='jobs.category', verbose_name='category')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='companies.company', verbose_name='company')),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                        ('submitted_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
                    ],
                    options={
                        'verbose_name': 'job',
                        'verbose_name_plural': 'jobs',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['company', 'status', '-id'], name='job_of_company'), models.Index(condition=models.Q(('status', 'live')), fields=['company', 'expires_at'], name='job_live'), models.Index(condition=models.Q(('status', 'scheduled')), fields=['publish_at'], name='job_to_be_published')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'pending', 'scheduled', 'live', 'paused', 'closed', 'archived'])), name='job_status_is_known'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='job_has_a_title'), models.CheckConstraint(condition=models.Q(('openings__gte', 1)), name='job_has_an_opening'), models.CheckConstraint(condition=models.Q(('status__in', ('draft', 'pending', 'scheduled', 'archived')), ('published_at__isnull', False), _connector='OR'), name='job_past_draft_was_published'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'scheduled'), _negated=True), ('publish_at__isnull', False), _connector='OR'), name='job_scheduled_has_its_moment'), models.CheckConstraint(condition=models.Q(('salary_min', None), ('salary_max', None), ('salary_min__lte', models.F('salary_max')), _connector='OR'), name='job_salary_min_is_not_above_max'), models.CheckConstraint(condition=models.Q(models.Q(('salary_min', None), ('salary_min__gte', 0), _connector='OR'), models.Q(('salary_max', None), ('salary_max__gte', 0), _connector='OR')), name='job_salary_is_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('salary_max', None), ('salary_min', None)), models.Q(models.Q(('salary_currency', ''), _negated=True), models.Q(('salary_period', ''), _negated=True)), _connector='OR'), name='job_salary_has_currency_and_period'), models.CheckConstraint(condition=models.Q(('hours_per_week', None), models.Q(('hours_per_week__gt', 0), ('hours_per_week__lte', 80)), _connector='OR'), name='job_hours_fit_a_week'), models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('company', 'external_id'), name='job_external_id_once_per_company')],
                    },
                ),
                migrations.CreateModel(
                    name='ExchangeRate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('currency', models.CharField(max_length=3, verbose_name='currency')),
                        ('on', models.DateField(verbose_name='day')),
                        ('per_reference', models.DecimalField(decimal_places=6, max_digits=18, verbose_name='units per one of the reference currency')),
                        ('source', models.CharField(blank=True, max_length=100, verbose_name='source')),
                    ],
                    options={
                        'verbose_name': 'exchange rate',
                        'verbose_name_plural': 'exchange rates',
                        'ordering': ['currency', '-on'],
                        'constraints': [models.UniqueConstraint(fields=('currency', 'on'), name='exchangerate_once_a_day'), models.CheckConstraint(condition=models.Q(('per_reference__gt', 0)), name='exchangerate_is_positive')],
                    },
                ),
                migrations.CreateModel(
                    name='HiddenJob',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hidden_jobs', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.job', verbose_name='job')),
                    ],
                    options={
                        'verbose_name': 'hidden job',
                        'verbose_name_plural': 'hidden jobs',
                        'ordering': ['-pk'],
                        'constraints': [models.UniqueConstraint(fields=('user', 'job'), name='hiddenjob_once_per_person')],
                    },
                ),
                migrations.CreateModel(
                    name='FraudSignal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('verdict', models.CharField(choices=[('open', 'to be looked at'), ('upheld', 'justified'), ('dismissed', 'dismissed')], default='open', max_length=10, verbose_name='verdict')),
                        ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                        ('judged_at', models.DateTimeField(blank=True, null=True, verbose_name='judged at')),
                        ('kind', models.CharField(choices=[('pay', 'pay far from what such work pays'), ('contact', 'contact outside the platform'), ('copied', 'text of another company'), ('young', 'young company that nobody verified')], max_length=10, verbose_name='kind')),
                        ('evidence', models.JSONField(verbose_name='evidence')),
                        ('found_at', models.DateTimeField(verbose_name='found at')),
                        ('judged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='judged by')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signals', to='jobs.job', verbose_name='job')),
                    ],
                    options={
                        'verbose_name': 'fraud signal',
                        'verbose_name_plural': 'fraud signals',
                        'ordering': ['-found_at', '-pk'],
                        'indexes': [models.Index(condition=models.Q(('verdict', 'open')), fields=['job'], name='fraudsignal_open')],
                        'constraints': [models.UniqueConstraint(fields=('job', 'kind'), name='fraudsignal_once_per_kind')],
                    },
                ),
                migrations.CreateModel(
                    name='DailyCount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField(verbose_name="day in the job's zone")),
                        ('source', models.CharField(max_length=20, verbose_name='source')),
                        ('views', models.PositiveIntegerField(default=0, verbose_name='views')),
                        ('applies', models.PositiveIntegerField(default=0, verbose_name='applications')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='daily_counts', to='jobs.job', verbose_name='job')),
                    ],
                    options={
                        'verbose_name': 'daily count',
                        'verbose_name_plural': 'daily counts',
                        'ordering': ['-day', '-pk'],
                        'constraints': [models.UniqueConstraint(fields=('job', 'day', 'source'), name='dailycount_once_per_source')],
                    },
                ),
                migrations.CreateModel(
                    name='JobCase',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'job to look at',
                        'verbose_name_plural': 'jobs to look at',
                        'ordering': ['-pk'],
                        'proxy': True,
                        'indexes': [],
                        'constraints': [],
                    },
                    bases=('jobs.job',),
                    managers=[
                        ('cases', django.db.models.manager.Manager()),
                    ],
                ),
                migrations.CreateModel(
                    name='JobLocation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                        ('city', models.CharField(blank=True, max_length=120, verbose_name='city')),
                        ('region', models.CharField(blank=True, max_length=120, verbose_name='region')),
                        ('country', models.CharField(help_text='ISO 3166-1 alpha-2', max_length=2, verbose_name='country')),
                        ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                        ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                        ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='locations', to='jobs.job', verbose_name='job')),
                    ],
                    options={
                        'verbose_name': 'location',
                        'verbose_name_plural': 'locations',
                        'ordering': ['position', 'pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='joblocation_country_is_a_code'), models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='joblocation_coordinates_are_on_earth')],
                    },
                ),
                migrations.CreateModel(
                    name='JobReport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('verdict', models.CharField(choices=[('open', 'to be looked at'), ('upheld', 'justified'), ('dismissed', 'dismissed')], default='open', max_length=10, verbose_name='verdict')),
                        ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                        ('judged_at', models.DateTimeField(blank=True, null=True, verbose_name='judged at')),
                        ('reason', models.CharField(choices=[('fraud', 'it looks like fraud'), ('asks_for_money', 'it asks for money or bank details'), ('misleading', 'it is not what it says'), ('discrimination', 'it discriminates'), ('offensive', 'it offends'), ('no_job', 'there is no such job, or it is filled'), ('other', 'something else')], max_length=20, verbose_name='reason')),
                        ('details', models.TextField(blank=True, max_length=2000, verbose_name='details')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='jobs.job', verbose_name='job')),
                        ('judged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='judged by')),
                        ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reporter')),
                    ],
                    options={
                        'verbose_name': 'report of a job',
                        'verbose_name_plural': 'reports of jobs',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('verdict', 'open')), fields=['job'], name='jobreport_open')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('verdict', 'open')), fields=('job', 'reporter'), name='jobreport_one_open_per_person')],
                    },
                ),
                migrations.CreateModel(
                    name='JobReview',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(verbose_name='version')),
                        ('is_approved', models.BooleanField(verbose_name='approved')),
                        ('objections', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('text', 'the text is unclear or wrong'), ('pay', 'the pay is wrong or missing'), ('budget', 'the place is not in the budget'), ('repeated', 'the same place is posted already'), ('policy', "it goes against the company's rules"), ('other', 'another reason')], max_length=10), blank=True, default=list, size=None, verbose_name='objections')),
                        ('comment', models.TextField(blank=True, max_length=2000, verbose_name='comment')),
                        ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='jobs.job', verbose_name='job')),
                        ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer')),
                        ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
                    ],
                    options={
                        'verbose_name': 'review of a job',
                        'verbose_name_plural': 'reviews of jobs',
                        'ordering': ['-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('is_approved', True), ('objections', [])), models.Q(('is_approved', False), models.Q(('objections', []), _negated=True)), _connector='OR'), name='jobreview_objects_exactly_when_it_refuses')],
                    },
                ),
                migrations.CreateModel(
                    name='JobSkill',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('importance', models.CharField(choices=[('must', 'must have'), ('nice', 'nice to have')], default='must', max_length=4, verbose_name='importance')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='jobs.job', verbose_name='job')),
                        ('skill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='resumes.skill', verbose_name='skill')),
                    ],
                    options={
                        'verbose_name': 'skill',
                        'verbose_name_plural': 'skills',
                        'ordering': ['position', 'pk'],
                        'indexes': [models.Index(fields=['skill'], include=('job', 'importance'), name='jobskill_for_matching')],
                        'constraints': [models.UniqueConstraint(fields=('job', 'skill'), name='jobskill_once_per_job')],
                    },
                ),
                migrations.CreateModel(
                    name='JobVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(verbose_name='version')),
                        ('snapshot', models.JSONField(verbose_name='content')),
                        ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                        ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='jobs.job', verbose_name='job')),
                    ],
                    options={
                        'verbose_name': 'job version',
                        'verbose_name_plural': 'job versions',
                        'ordering': ['-number', '-pk'],
                        'constraints': [models.UniqueConstraint(fields=('job', 'number'), name='jobversion_once_per_number')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedJob',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('title', models.CharField(max_length=200, verbose_name='title when it was saved')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.job', verbose_name='job')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_jobs', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'saved job',
                        'verbose_name_plural': 'saved jobs',
                        'ordering': ['-pk'],
                        'constraints': [models.UniqueConstraint(fields=('user', 'job'), name='savedjob_once_per_person')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedSearch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('parameters', models.CharField(blank=True, max_length=2000, verbose_name='parameters')),
                        ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                        ('wanted', models.TextField(default='', verbose_name='compiled query')),
                        ('pay', models.IntegerField(null=True, verbose_name='least pay a year')),
                        ('posted_after', models.IntegerField(null=True, verbose_name='published after')),
                        ('latitude', models.FloatField(null=True, verbose_name='latitude')),
                        ('longitude', models.FloatField(null=True, verbose_name='longitude')),
                        ('radius_km', models.FloatField(null=True, verbose_name='radius in km')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'saved search',
                        'verbose_name_plural': 'saved searches',
                        'ordering': ['-pk'],
                        'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='savedsearch_name_once_per_person')],
                    },
                ),
                migrations.CreateModel(
                    name='AlertMatch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('matched_at', models.DateTimeField(auto_now_add=True, verbose_name='matched at')),
                        ('seen', models.BooleanField(default=False, verbose_name='seen')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.job', verbose_name='job')),
                        ('search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='jobs.savedsearch', verbose_name='saved search')),
                    ],
                    options={
                        'verbose_name': 'match of a saved search',
                        'verbose_name_plural': 'matches of saved searches',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('seen', False)), fields=['search', '-id'], include=('job',), name='alertmatch_unseen')],
                        'constraints': [models.UniqueConstraint(fields=('search', 'job'), name='alertmatch_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ScreeningQuestion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                        ('type', models.CharField(choices=[('text', 'text'), ('long_text', 'long text'), ('boolean', 'yes or no'), ('number', 'number'), ('single', 'one of the options'), ('multiple', 'any of the options'), ('date', 'date'), ('file', 'file')], max_length=10, verbose_name='type')),
                        ('label', models.CharField(max_length=500, verbose_name='question')),
                        ('help_text', models.CharField(blank=True, max_length=500, verbose_name='help')),
                        ('is_required', models.BooleanField(default=False, verbose_name='required')),
                        ('options', models.JSONField(blank=True, default=list, verbose_name='options')),
                        ('bounds', models.JSONField(blank=True, default=dict, verbose_name='bounds')),
                        ('knock_out', models.JSONField(blank=True, null=True, verbose_name='knock-out')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='jobs.job', verbose_name='job')),
                    ],
                    options={
                        'verbose_name': 'screening question',
                        'verbose_name_plural': 'screening questions',
                        'ordering': ['position', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='SearchAnchor',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('token', models.TextField(db_collation='C', verbose_name='token')),
                        ('needs', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None, verbose_name='needed tokens')),
                        ('search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anchors', to='jobs.savedsearch', verbose_name='saved search')),
                    ],
                    options={
                        'verbose_name': 'anchor of a saved search',
                        'verbose_name_plural': 'anchors of saved searches',
                        'ordering': ['pk'],
                        'indexes': [models.Index(fields=['token'], include=('needs', 'search'), name='searchanchor_by_token')],
                    },
                ),
                migrations.CreateModel(
                    name='Visit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField(verbose_name="day in the job's zone")),
                        ('source', models.CharField(max_length=20, verbose_name='source')),
                        ('is_apply', models.BooleanField(default=False, verbose_name='applied')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.job', verbose_name='job')),
                    ],
                    options={
                        'verbose_name': 'visit',
                        'verbose_name_plural': 'visits',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='JobFingerprint',
                    fields=[
                        ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fingerprint', serialize=False, to='jobs.job', verbose_name='job')),
                        ('bands', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                    ],
                    options={
                        'verbose_name': 'fingerprint',
                        'verbose_name_plural': 'fingerprints',
                        'ordering': ['-pk'],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['bands'], name='jobfingerprint_bands')],
                    },
                ),
                migrations.CreateModel(
                    name='PostingTerms',
                    fields=[
                        ('job_id', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='job')),
                        ('expires', models.IntegerField(db_index=True, help_text='epoch seconds', verbose_name='expires')),
                        ('terms', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name='terms')),
                    ],
                    options={
                        'verbose_name': 'terms of a posting',
                        'verbose_name_plural': 'terms of postings',
                        'ordering': ['-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='IndexWork',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reader', models.CharField(max_length=20, verbose_name='reader')),
                        ('job_id', models.BigIntegerField(verbose_name='job')),
                        ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked at')),
                    ],
                    options={
                        'verbose_name': 'work on the index',
                        'verbose_name_plural': 'work on the index',
                        'ordering': ['pk'],
                        'indexes': [models.Index(fields=['reader', 'id'], name='indexwork_in_order')],
                    },
                ),
                migrations.CreateModel(
                    name='SearchTerm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('title', 'title'), ('skill', 'skill'), ('company', 'company'), ('place', 'place'), ('category', 'category'), ('word', 'word'), ('text', 'word of texts')], max_length=10, verbose_name='kind')),
                        ('value', models.CharField(db_collation='C', max_length=400, verbose_name='value')),
                        ('label', models.CharField(max_length=400, verbose_name='label')),
                        ('label_fr', models.CharField(blank=True, max_length=400, verbose_name='French label')),
                        ('live', models.IntegerField(default=0, verbose_name='live postings')),
                        ('deletes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None, verbose_name='hashed deletes')),
                        ('changed', models.BooleanField(default=True, verbose_name='changed')),
                    ],
                    options={
                        'verbose_name': 'search term',
                        'verbose_name_plural': 'search terms',
                        'ordering': ['pk'],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['deletes'], name='searchterm_deletes'), models.Index(condition=models.Q(('changed', True)), fields=['id'], name='searchterm_changed')],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'value'), name='searchterm_once')],
                    },
                ),
                migrations.CreateModel(
                    name='TermPrefix',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('title', 'title'), ('skill', 'skill'), ('company', 'company'), ('place', 'place'), ('category', 'category'), ('word', 'word'), ('text', 'word of texts')], max_length=10, verbose_name='kind')),
                        ('prefix', models.CharField(db_collation='C', max_length=60, verbose_name='prefix')),
                        ('terms', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name='terms')),
                    ],
                    options={
                        'verbose_name': 'crowded prefix',
                        'verbose_name_plural': 'crowded prefixes',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'prefix'), name='termprefix_once')],
                    },
                ),
                migrations.CreateModel(
                    name='TermStart',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('title', 'title'), ('skill', 'skill'), ('company', 'company'), ('place', 'place'), ('category', 'category'), ('word', 'word'), ('text', 'word of texts')], max_length=10, verbose_name='kind')),
                        ('start', models.CharField(db_collation='C', max_length=60, verbose_name='start')),
                        ('is_whole', models.BooleanField(verbose_name='from the beginning')),
                        ('term', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='starts', to='jobs.searchterm', verbose_name='term')),
                    ],
                    options={
                        'verbose_name': 'start of a term',
                        'verbose_name_plural': 'starts of terms',
                        'ordering': ['pk'],
                        'indexes': [models.Index(fields=['kind', 'start', '-is_whole'], include=('term',), name='termstart_in_order')],
                    },
                ),
                migrations.CreateModel(
                    name='SkillWeight',
                    fields=[
                        ('skill', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='resumes.skill', verbose_name='skill')),
                        ('resumes', models.PositiveIntegerField(verbose_name='résumés')),
                        ('postings', models.PositiveIntegerField(verbose_name='postings')),
                        ('weight', models.PositiveIntegerField(verbose_name='weight')),
                    ],
                    options={
                        'verbose_name': 'weight of a skill',
                        'verbose_name_plural': 'weights of skills',
                        'ordering': ['pk'],
                    },
                ),
                migrations.CreateModel(
                    name='TokenFrequency',
                    fields=[
                        ('token', models.TextField(db_collation='C', primary_key=True, serialize=False, verbose_name='token')),
                        ('postings', models.PositiveIntegerField(verbose_name='postings')),
                    ],
                    options={
                        'verbose_name': 'token frequency',
                        'verbose_name_plural': 'token frequencies',
                        'ordering': ['-postings'],
                    },
                ),
            ],
        ),
    ]
