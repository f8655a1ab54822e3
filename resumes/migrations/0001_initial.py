import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import TrigramExtension
import django.core.validators
import django.db.models.deletion
import umemployed.api.ids
import umemployed.vault.fields
from django.conf import settings
from django.db import migrations, models

from umemployed.schema import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # A trusted extension: the owner of the database may create it.
        TrigramExtension(),
        CreateModels(
            [
                migrations.CreateModel(
                    name='Resume',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('title', models.CharField(max_length=120, verbose_name='title')),
                        ('language', models.CharField(default='en', max_length=8, verbose_name='language')),
                        ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=16, verbose_name='status')),
                        ('is_primary', models.BooleanField(default=False, verbose_name='primary')),
                        ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                        ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
                        ('full_name', models.CharField(blank=True, max_length=200, verbose_name='full name')),
                        ('headline', models.CharField(blank=True, max_length=200, verbose_name='headline')),
                        ('summary', models.TextField(blank=True, max_length=20000, verbose_name='summary')),
                        ('email', models.CharField(blank=True, max_length=254, verbose_name='e-mail')),
                        ('phone', umemployed.vault.fields.EncryptedTextField(blank=True, max_length=64, purpose='resumes.phone', verbose_name='phone')),
                        ('website', models.CharField(blank=True, max_length=2000, verbose_name='website')),
                        ('image_url', models.CharField(blank=True, max_length=2000, verbose_name='picture')),
                        ('address', models.TextField(blank=True, max_length=1000, verbose_name='address')),
                        ('postal_code', models.CharField(blank=True, max_length=32, verbose_name='postal code')),
                        ('city', models.CharField(blank=True, max_length=200, verbose_name='city')),
                        ('region', models.CharField(blank=True, max_length=200, verbose_name='region')),
                        ('country_code', models.CharField(blank=True, help_text='ISO 3166-1 alpha-2.', max_length=2, verbose_name='country')),
                        ('completeness', models.PositiveSmallIntegerField(default=0, verbose_name='completeness')),
                        ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None, verbose_name='missing')),
                        ('extras', models.JSONField(blank=True, default=dict, verbose_name='extras')),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resumes', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ],
                    options={
                        'verbose_name': 'résumé',
                        'verbose_name_plural': 'résumés',
                        'ordering': ['-pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('owner',), name='resume_one_primary_per_owner'), models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('status', 'draft')), models.Q(('missing', []), ('published_at__isnull', False), ('status', 'published')), _connector='OR'), name='resume_published_is_complete'), models.CheckConstraint(condition=models.Q(('completeness__lte', 100)), name='resume_completeness_is_percent')],
                    },
                ),
                migrations.CreateModel(
                    name='Project',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('extras', models.JSONField(blank=True, default=dict, verbose_name='extras')),
                        ('name', models.CharField(blank=True, max_length=300, verbose_name='name')),
                        ('description', models.TextField(blank=True, max_length=20000, verbose_name='description')),
                        ('highlights', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=2000), blank=True, default=list, size=50, verbose_name='highlights')),
                        ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=2000), blank=True, default=list, size=50, verbose_name='keywords')),
                        ('started_on', models.CharField(blank=True, help_text='YYYY[-MM[-DD]]', max_length=10, validators=[django.core.validators.RegexValidator('^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$')], verbose_name='started on')),
                        ('ended_on', models.CharField(blank=True, help_text='YYYY[-MM[-DD]]', max_length=10, validators=[django.core.validators.RegexValidator('^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$')], verbose_name='ended on')),
                        ('url', models.CharField(blank=True, max_length=2000, verbose_name='link')),
                        ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=2000), blank=True, default=list, size=50, verbose_name='roles')),
                        ('entity', models.CharField(blank=True, max_length=300, verbose_name='organisation')),
                        ('kind', models.CharField(blank=True, max_length=300, verbose_name='kind')),
                        ('resume', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='resumes.resume', verbose_name='résumé')),
                    ],
                    options={
                        'verbose_name': 'project',
                        'verbose_name_plural': 'projects',
                        'ordering': ['order', 'pk'],
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('started_on', ''), ('started_on__regex', '^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$'), _connector='OR'), models.Q(('ended_on', ''), ('ended_on__regex', '^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$'), _connector='OR')), name='project_dates_are_partial')],
                    },
                ),
                migrations.CreateModel(
                    name='Link',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('extras', models.JSONField(blank=True, default=dict, verbose_name='extras')),
                        ('network', models.CharField(blank=True, max_length=300, verbose_name='network')),
                        ('username', models.CharField(blank=True, max_length=300, verbose_name='user name')),
                        ('url', models.CharField(blank=True, max_length=2000, verbose_name='link')),
                        ('resume', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='resumes.resume', verbose_name='résumé')),
                    ],
                    options={
                        'verbose_name': 'link',
                        'verbose_name_plural': 'links',
                        'ordering': ['order', 'pk'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Experience',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('extras', models.JSONField(blank=True, default=dict, verbose_name='extras')),
                        ('company_name', models.CharField(blank=True, max_length=300, verbose_name='company')),
                        ('position', models.CharField(blank=True, max_length=300, verbose_name='position')),
                        ('location', models.CharField(blank=True, max_length=300, verbose_name='location')),
                        ('description', models.TextField(blank=True, max_length=20000, verbose_name='description of the company')),
                        ('url', models.CharField(blank=True, max_length=2000, verbose_name='link')),
                        ('started_on', models.CharField(blank=True, help_text='YYYY[-MM[-DD]]', max_length=10, validators=[django.core.validators.RegexValidator('^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$')], verbose_name='started on')),
                        ('ended_on', models.CharField(blank=True, help_text='YYYY[-MM[-DD]]', max_length=10, validators=[django.core.validators.RegexValidator('^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$')], verbose_name='ended on')),
                        ('summary', models.TextField(blank=True, max_length=20000, verbose_name='summary')),
                        ('highlights', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=2000), blank=True, default=list, size=50, verbose_name='highlights')),
                        ('resume', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='resumes.resume', verbose_name='résumé')),
                    ],
                    options={
                        'verbose_name': 'experience',
                        'verbose_name_plural': 'experiences',
                        'ordering': ['order', 'pk'],
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('started_on', ''), ('started_on__regex', '^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$'), _connector='OR'), models.Q(('ended_on', ''), ('ended_on__regex', '^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$'), _connector='OR')), name='experience_dates_are_partial')],
                    },
                ),
                migrations.CreateModel(
                    name='Education',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('extras', models.JSONField(blank=True, default=dict, verbose_name='extras')),
                        ('institution', models.CharField(blank=True, max_length=300, verbose_name='institution')),
                        ('area', models.CharField(blank=True, max_length=300, verbose_name='area')),
                        ('study_type', models.CharField(blank=True, max_length=300, verbose_name='type of study')),
                        ('url', models.CharField(blank=True, max_length=2000, verbose_name='link')),
                        ('started_on', models.CharField(blank=True, help_text='YYYY[-MM[-DD]]', max_length=10, validators=[django.core.validators.RegexValidator('^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$')], verbose_name='started on')),
                        ('ended_on', models.CharField(blank=True, help_text='YYYY[-MM[-DD]]', max_length=10, validators=[django.core.validators.RegexValidator('^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$')], verbose_name='ended on')),
                        ('score', models.CharField(blank=True, max_length=300, verbose_name='score')),
                        ('courses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=2000), blank=True, default=list, size=50, verbose_name='courses')),
                        ('resume', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='education', to='resumes.resume', verbose_name='résumé')),
                    ],
                    options={
                        'verbose_name': 'education',
                        'verbose_name_plural': 'education',
                        'ordering': ['order', 'pk'],
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('started_on', ''), ('started_on__regex', '^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$'), _connector='OR'), models.Q(('ended_on', ''), ('ended_on__regex', '^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$'), _connector='OR')), name='education_dates_are_partial')],
                    },
                ),
                migrations.CreateModel(
                    name='Certificate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('extras', models.JSONField(blank=True, default=dict, verbose_name='extras')),
                        ('name', models.CharField(blank=True, max_length=300, verbose_name='name')),
                        ('issuer', models.CharField(blank=True, max_length=300, verbose_name='issuer')),
                        ('issued_on', models.CharField(blank=True, help_text='YYYY[-MM[-DD]]', max_length=10, validators=[django.core.validators.RegexValidator('^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$')], verbose_name='issued on')),
                        ('url', models.CharField(blank=True, max_length=2000, verbose_name='link')),
                        ('resume', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='resumes.resume', verbose_name='résumé')),
                    ],
                    options={
                        'verbose_name': 'certificate',
                        'verbose_name_plural': 'certificates',
                        'ordering': ['order', 'pk'],
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(('issued_on', ''), ('issued_on__regex', '^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$'), _connector='OR'), name='certificate_dates_are_partial')],
                    },
                ),
                migrations.CreateModel(
                    name='ResumeLanguage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('extras', models.JSONField(blank=True, default=dict, verbose_name='extras')),
                        ('language', models.CharField(blank=True, max_length=300, verbose_name='language')),
                        ('level', models.CharField(blank=True, choices=[('a1', 'A1'), ('a2', 'A2'), ('b1', 'B1'), ('b2', 'B2'), ('c1', 'C1'), ('c2', 'C2'), ('native', 'Native')], max_length=8, verbose_name='level')),
                        ('fluency', models.CharField(blank=True, max_length=300, verbose_name='fluency in own words')),
                        ('resume', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='languages', to='resumes.resume', verbose_name='résumé')),
                    ],
                    options={
                        'verbose_name': 'language of a résumé',
                        'verbose_name_plural': 'languages of résumés',
                        'ordering': ['order', 'pk'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Skill',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('slug', models.SlugField(max_length=200, unique=True, verbose_name='slug')),
                        ('source_uri', models.CharField(blank=True, help_text="The concept's URI where an outside taxonomy defines it.", max_length=200, verbose_name='source')),
                    ],
                    options={
                        'verbose_name': 'skill',
                        'verbose_name_plural': 'skills',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('source_uri', ''), _negated=True), fields=('source_uri',), name='skill_once_per_source')],
                    },
                ),
                migrations.CreateModel(
                    name='ResumeSkill',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=umemployed.api.ids.new_public_id, editable=False, unique=True, verbose_name='public id')),
                        ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                        ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                        ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                        ('extras', models.JSONField(blank=True, default=dict, verbose_name='extras')),
                        ('name', models.CharField(blank=True, max_length=300, verbose_name='name')),
                        ('normalised', models.CharField(blank=True, db_index=True, editable=False, max_length=300, verbose_name='normalised')),
                        ('level', models.CharField(blank=True, choices=[('beginner', 'Beginner'), ('intermediate', 'Intermediate'), ('advanced', 'Advanced'), ('expert', 'Expert')], max_length=16, verbose_name='level')),
                        ('level_label', models.CharField(blank=True, max_length=300, verbose_name='level in own words')),
                        ('years', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='years')),
                        ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=2000), blank=True, default=list, size=50, verbose_name='keywords')),
                        ('resume', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='resumes.resume', verbose_name='résumé')),
                        ('skill', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='resume_skills', to='resumes.skill', verbose_name='skill')),
                    ],
                    options={
                        'verbose_name': 'skill of a résumé',
                        'verbose_name_plural': 'skills of résumés',
                        'ordering': ['order', 'pk'],
                        'indexes': [models.Index(fields=['skill'], include=('resume', 'level', 'years'), name='resumeskill_for_matching')],
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(('years__lte', 80)), name='resumeskill_years_are_a_life')],
                    },
                ),
                migrations.CreateModel(
                    name='SkillAlias',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('label', models.CharField(max_length=200, verbose_name='label')),
                        ('normalised', models.CharField(editable=False, max_length=200, unique=True, verbose_name='normalised')),
                        ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='resumes.skill', verbose_name='skill')),
                    ],
                    options={
                        'verbose_name': 'skill alias',
                        'verbose_name_plural': 'skill aliases',
                        'ordering': ['normalised', 'pk'],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['normalised'], name='skillalias_trigrams', opclasses=['gin_trgm_ops'])],
                        'constraints': [models.CheckConstraint(condition=models.Q(('normalised', ''), _negated=True), name='skillalias_is_not_empty')],
                    },
                ),
                migrations.CreateModel(
                    name='SkillWord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('word', models.CharField(max_length=40, unique=True, verbose_name='word')),
                        ('deletes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='forms one letter short')),
                    ],
                    options={
                        'verbose_name': 'word of the taxonomy',
                        'verbose_name_plural': 'words of the taxonomy',
                        'ordering': ['word', 'pk'],
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['deletes'], name='skillword_deletes')],
                    },
                ),
            ],
        ),
    ]
