import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0003_categories_and_rates'),
    ]

    operations = [
        # levenshtein_less_equal(), which sorts out most of what the hashes of a typing error bring.
        CreateExtension('fuzzystrmatch'),
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
    ]
