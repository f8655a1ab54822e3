"""The database refuses to change what was recorded, whoever asks and by whatever statement, and chains it."""

from django.db import migrations

TABLES = ("audit_auditentry", "audit_auditlink", "audit_auditanchor")
REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'Record a new entry that corrects the old one.';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_no_truncate;
"""
    for table in TABLES
)
ALLOW = "DROP FUNCTION audit_refuse() CASCADE"
CHAIN = """
CREATE FUNCTION audit_link_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    before text;
    place bigint;
BEGIN
    -- Deferred, so this runs inside COMMIT: the chain is in the order of commits, and nobody else waits for longer.
    PERFORM pg_advisory_xact_lock(107040190621);
    SELECT seq, digest INTO place, before FROM audit_auditlink ORDER BY seq DESC LIMIT 1;
    place := coalesce(place, 0) + 1;
    INSERT INTO audit_auditlink (seq, entry_id, digest) VALUES (place, NEW.id, encode(sha256(convert_to(
        coalesce(before, '') || ':' || place || ':' || NEW.id || ':' || NEW.seal, 'UTF8')), 'hex'));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_chain AFTER INSERT ON audit_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_entry();
ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_chain;
"""
UNCHAIN = """
DROP TRIGGER audit_chain ON audit_auditentry;
DROP FUNCTION audit_link_entry();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW), migrations.RunSQL(CHAIN, UNCHAIN)]
