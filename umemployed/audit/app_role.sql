-- The role {role} that the program connects as: it reads and writes rows, and changes no table, trigger or role.
-- Of what people consented to it changes the address alone, which an erasure takes away; a trigger keeps the rows.
-- Of the audit record it reads all and adds entries and anchors; links are the trigger's. Run by the owner of the
-- tables, after every migration; what is so already stays so. No empty line: PostgreSQL takes it as one transaction.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}' AND (rolsuper OR rolcreaterole OR rolbypassrls))
        OR pg_has_role('{role}', current_user, 'MEMBER') THEN
        RAISE EXCEPTION 'role {role} may do more than the program needs: take its attributes and memberships away';
    END IF;
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role};
GRANT USAGE ON SCHEMA public TO {role};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
DO $$ DECLARE
    kept regclass;
BEGIN
    FOR kept IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND (starts_with(relname, 'audit_') OR relname = 'django_migrations') LOOP
        EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM {role}', kept);
        IF kept IN (to_regclass('public.audit_auditlink'), to_regclass('public.django_migrations')) THEN
            EXECUTE format('REVOKE INSERT ON %s FROM {role}', kept);
        END IF;
    END LOOP;
    IF to_regclass('public.privacy_consent') IS NOT NULL THEN
        REVOKE UPDATE ON privacy_consent FROM {role};
        GRANT UPDATE (address) ON privacy_consent TO {role};
    END IF;
END $$;
