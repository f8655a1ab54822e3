"""Seal what is there, chain it, and let the database chain whatever is recorded from now on."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from umemployed.audit.chain import content_of, link_digest, seal_of


def chain_what_is_there(apps, schema_editor):
    entries, links = apps.get_model("audit", "AuditEntry"), apps.get_model("audit", "AuditLink")
    before = ""
    for seq, entry in enumerate(entries.objects.order_by("pk").iterator(), start=1):
        entry.seal = seal_of(content_of(entry))
        entry.save(update_fields=["seal"])
        before = link_digest(before, seq, entry.pk, entry.seal)
        links.objects.create(seq=seq, entry_id=entry.pk, digest=before)


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
REFUSE = "".join(
    f"""
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_no_truncate;
"""
    for table in ("audit_auditlink", "audit_auditanchor")
)
ALLOW = "".join(
    f"DROP TRIGGER audit_no_truncate ON {table}; DROP TRIGGER audit_append_only ON {table};"
    for table in ("audit_auditlink", "audit_auditanchor")
)
LIFT = "ALTER TABLE audit_auditentry DISABLE TRIGGER audit_append_only"
RESTORE = "ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_append_only"


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.AlterField(
            "auditentry",
            "at",
            models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="at"),
        ),
        migrations.AddField(
            "auditentry",
            "seal",
            models.CharField(default="", editable=False, max_length=64, verbose_name="seal"),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "AuditLink",
            [
                ("seq", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="audit.auditentry",
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
            ],
            {"verbose_name": "audit link", "verbose_name_plural": "audit links", "ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            "AuditAnchor",
            [
                ("seq", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="number of the link")),
                ("digest", models.CharField(max_length=64, verbose_name="digest of the link")),
                ("seal", models.CharField(max_length=64, verbose_name="seal")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            {"verbose_name": "audit anchor", "verbose_name_plural": "audit anchors", "ordering": ["-pk"]},
        ),
        migrations.RunSQL(LIFT, RESTORE),
        migrations.RunPython(chain_what_is_there, migrations.RunPython.noop),
        migrations.RunSQL(RESTORE, LIFT),
        migrations.RunSQL(CHAIN, UNCHAIN),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
