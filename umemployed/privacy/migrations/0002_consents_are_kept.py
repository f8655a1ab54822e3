"""The database keeps consents as they were given."""

from django.db import migrations

STAYS = """
CREATE FUNCTION privacy_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.public_id, NEW.purpose, NEW.version, NEW.is_given, NEW.at)
        IS DISTINCT FROM (OLD.id, OLD.public_id, OLD.purpose, OLD.version, OLD.is_given, OLD.at)
        OR NEW.address IS NOT NULL AND NEW.address IS DISTINCT FROM OLD.address
        OR NEW.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id THEN
        RAISE EXCEPTION 'a consent is never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_stays BEFORE UPDATE ON privacy_consent
    FOR EACH ROW EXECUTE FUNCTION privacy_consent_stays();
"""
# A proof is deleted only when its person is erased, or gone, and not before its clock can have ended: a month is the
# shortest that the settings take. ``at`` cannot be changed, so nobody makes a proof old.
KEPT = """
CREATE FUNCTION privacy_consent_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > now() - interval '27 days' OR OLD.person_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM privacy_erasure WHERE person_id = OLD.person_id AND status = 'done'
    ) THEN
        RAISE EXCEPTION 'a consent is kept as proof';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER consent_is_kept BEFORE DELETE ON privacy_consent
    FOR EACH ROW EXECUTE FUNCTION privacy_consent_is_kept();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("privacy", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(STAYS, "DROP FUNCTION privacy_consent_stays() CASCADE"),
        migrations.RunSQL(KEPT, "DROP FUNCTION privacy_consent_is_kept() CASCADE"),
    ]
