"""The no-install development stack: private PostgreSQL and Redis, process supervision, demo data."""
