"""The table that searches read, and how words become lexemes.

Made by hand where Django has no word for it. ``doc`` has to live out of line, so that ranking reads a
narrow heap: PostgreSQL moves a value out only when the row passes about 2 kB, which is why
``jobs.search.index`` pads short ones. The GIN index collects new rows in a short pending list, which
makes publishing about four times cheaper and costs reads nothing up to 512 kB.

The dictionaries have no stop words: "IT support" has to find IT, and an exact phrase its every word.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

WORDS = "asciiword, asciihword, hword_asciipart, word, hword, hword_part"
CONFIGURATIONS = f"""
CREATE TEXT SEARCH DICTIONARY job_english_stem (TEMPLATE = snowball, Language = english);
CREATE TEXT SEARCH DICTIONARY job_french_stem (TEMPLATE = snowball, Language = french);
CREATE TEXT SEARCH CONFIGURATION job_english (COPY = pg_catalog.english);
CREATE TEXT SEARCH CONFIGURATION job_french (COPY = pg_catalog.french);
CREATE TEXT SEARCH CONFIGURATION job_simple (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION job_english ALTER MAPPING FOR {WORDS} WITH unaccent, job_english_stem;
ALTER TEXT SEARCH CONFIGURATION job_french ALTER MAPPING FOR {WORDS} WITH unaccent, job_french_stem;
ALTER TEXT SEARCH CONFIGURATION job_simple ALTER MAPPING FOR {WORDS} WITH unaccent, simple;
"""
NO_CONFIGURATIONS = """
DROP TEXT SEARCH CONFIGURATION job_english, job_french, job_simple;
DROP TEXT SEARCH DICTIONARY job_english_stem, job_french_stem;
"""
TABLE = """
CREATE SEQUENCE jobs_search_ord AS integer;
CREATE TABLE jobs_jobsearch (
    ord integer PRIMARY KEY,
    posted integer NOT NULL,
    expires integer NOT NULL,
    sal_min integer,
    sal_max integer,
    work_mode smallint NOT NULL,
    employment_type smallint NOT NULL,
    experience_level smallint NOT NULL,
    category smallint NOT NULL,
    job_id bigint NOT NULL UNIQUE REFERENCES jobs_job ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    company_id bigint NOT NULL,
    language varchar(2) NOT NULL,
    countries varchar(2)[] NOT NULL,
    lat double precision[] NOT NULL,
    lon double precision[] NOT NULL,
    skills bigint[] NOT NULL,
    head tsvector NOT NULL,
    doc tsvector NOT NULL
) WITH (toast_tuple_target = 700, autovacuum_vacuum_insert_scale_factor = 0.02);
ALTER TABLE jobs_jobsearch ALTER head SET STORAGE MAIN, ALTER skills SET STORAGE MAIN;
CREATE INDEX jobs_search_doc ON jobs_jobsearch USING gin (doc)
    WITH (fastupdate = on, gin_pending_list_limit = 512);
CREATE INDEX jobs_search_posted ON jobs_jobsearch (posted);
"""
NO_TABLE = "DROP TABLE jobs_jobsearch; DROP SEQUENCE jobs_search_ord;"


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(CONFIGURATIONS, NO_CONFIGURATIONS),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, NO_TABLE)],
            state_operations=[
                migrations.CreateModel(
                    name='JobSearch',
                    fields=[
                        ('ord', models.IntegerField(primary_key=True, serialize=False)),
                        ('posted', models.IntegerField()),
                        ('expires', models.IntegerField()),
                        ('company_id', models.BigIntegerField()),
                        ('sal_min', models.IntegerField(null=True)),
                        ('sal_max', models.IntegerField(null=True)),
                        ('lat', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), default=list, size=None)),
                        ('lon', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), default=list, size=None)),
                        ('work_mode', models.SmallIntegerField()),
                        ('employment_type', models.SmallIntegerField()),
                        ('experience_level', models.SmallIntegerField()),
                        ('category', models.SmallIntegerField()),
                        ('language', models.CharField(max_length=2)),
                        ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), default=list, size=None)),
                        ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                        ('head', django.contrib.postgres.search.SearchVectorField()),
                        ('doc', django.contrib.postgres.search.SearchVectorField()),
                        ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search_row', to='jobs.job', verbose_name='job')),
                    ],
                    options={
                        'verbose_name': 'search row',
                        'verbose_name_plural': 'search rows',
                        'ordering': ['-ord'],
                    },
                ),
            ],
        ),
    ]
