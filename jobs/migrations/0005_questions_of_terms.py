"""The questions of autocompletion and of typing errors, as functions: PostgreSQL keeps their plans.

Planning is a third of what autocompletion costs. Where the words of one hash are few the index has to be asked, which the
planner cannot know: it would rather compare with all words, so there the sequential scan is forbidden.

``PREPARE`` would do the same and does not outlive a transaction behind PgBouncer. ``jobs.search.terms.suggesting`` calls it
and says what its arguments are. Counts are a few seconds late, what is offered is not: a posting that changed and was not
counted anew, or expired, is subtracted here from all that it was counted in.
"""

from django.db import migrations

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
        ('jobs', '0004_terms'),
    ]

    operations = [
        migrations.RunSQL(SUGGEST, NO_SUGGEST),
        migrations.RunSQL(NEAR, NO_NEAR),
    ]
