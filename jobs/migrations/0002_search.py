"""The table that searches read, and how words become lexemes.

Made by hand where Django has no word for it. ``doc`` has to live out of line, so that ranking reads a
narrow heap: PostgreSQL moves a value out only when the row passes about 2 kB, which is why
``jobs.search.index`` pads short ones. The GIN index collects new rows in a short pending list, which
makes publishing about four times cheaper and costs reads nothing up to 512 kB. The index in the order of pay is
walked by searches that find a twentieth of all postings or more: a page is then met within some hundred rows.

The dictionaries have no stop words: "IT support" has to find IT, and an exact phrase its every word.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import CreateExtension, UnaccentExtension
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
CREATE INDEX jobs_search_pay ON jobs_jobsearch (coalesce(sal_max, -1) DESC, ord DESC);
"""
NO_TABLE = "DROP TABLE jobs_jobsearch; DROP SEQUENCE jobs_search_ord;"


# The questions of autocompletion and of typing errors, as functions: PostgreSQL keeps their plans. Planning is a third
# of what autocompletion costs. Where the words of one hash are few the index has to be asked, which the planner cannot
# know: it would rather compare with all words, so there the sequential scan is forbidden.
SUGGEST = r"""
CREATE FUNCTION jobs_suggest(
    typed text, kinds text[], french boolean, most integer, listed integer, beside integer, crowd integer, moment integer)
RETURNS TABLE (kind text, label text, value text, jobs bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    asked text := lower(unaccent(btrim(regexp_replace(typed, '\s+', ' ', 'g'))));
BEGIN
    IF asked = '' THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH away AS MATERIALIZED (
        SELECT u.id, count(*) AS n FROM (
            SELECT unnest(p.terms) AS id FROM jobs_postingterms p WHERE p.expires <= moment
            UNION ALL
            SELECT unnest(p.terms) FROM jobs_postingterms p
                WHERE p.expires > moment AND p.job_id IN (SELECT w.job_id FROM jobs_indexwork w WHERE w.reader = 'terms')
        ) u GROUP BY u.id
    ), near AS MATERIALIZED (
        SELECT x.id, bool_or(x.is_whole) AS is_whole
        FROM unnest(kinds) k(name)
        LEFT JOIN jobs_termprefix p ON p.kind = k.name AND p.prefix = asked
        CROSS JOIN LATERAL (
            SELECT unnest(p.terms[1:listed]) AS id, false AS is_whole
            UNION ALL
            (SELECT s.term_id, s.is_whole AND s.start = asked FROM jobs_termstart s
                WHERE s.kind = k.name AND s.start >= asked AND s.start < asked || chr(1114111)
                ORDER BY s.start, s.is_whole DESC LIMIT CASE WHEN p.id IS NULL THEN crowd ELSE beside END)
        ) x
        GROUP BY x.id
    )
    SELECT t.kind::text, (CASE WHEN french AND t.label_fr <> '' THEN t.label_fr ELSE t.label END)::text, t.value::text,
        t.live - coalesce(w.n, 0)
    FROM near n JOIN jobs_searchterm t ON t.id = n.id LEFT JOIN away w ON w.id = n.id
    WHERE t.live > coalesce(w.n, 0)
    ORDER BY n.is_whole DESC, t.live - coalesce(w.n, 0) DESC, t.label, t.id LIMIT most;
END $$
"""
NO_SUGGEST = "DROP FUNCTION jobs_suggest(text, text[], boolean, integer, integer, integer, integer, integer)"


# Which words share a form with a typed one, and are not too far away. A swap counts twice there, so the bounds are twice
# ours; the true distance is judged by the caller, of few.
NEAR = r"""
CREATE FUNCTION jobs_near_words(words text[], deletes text[], bounds integer[])
RETURNS TABLE (word text, value text, label text, live integer)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT v.word, t.value::text, t.label::text, t.live
    FROM unnest(words, deletes, bounds) v(word, forms, bound)
    CROSS JOIN LATERAL (
        SELECT s.value, s.label, s.live FROM jobs_searchterm s WHERE s.deletes && v.forms::integer[] OFFSET 0
    ) t
    WHERE t.live > 0 AND levenshtein_less_equal(t.value, v.word, v.bound) <= v.bound;
END $$
"""
NO_NEAR = "DROP FUNCTION jobs_near_words(text[], text[], integer[])"


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        UnaccentExtension(),
        # levenshtein_less_equal(), which sorts out most of what the hashes of a typing error bring.
        CreateExtension('fuzzystrmatch'),
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
        migrations.RunSQL(SUGGEST, NO_SUGGEST),
        migrations.RunSQL(NEAR, NO_NEAR),
    ]
