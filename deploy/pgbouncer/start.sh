#!/bin/sh
# Writes the user list from the environment, outside the image, then becomes PgBouncer.
set -eu
umask 077
printf '"umemployed_app" "%s"\n' "$POSTGRES_APP_PASSWORD" > /tmp/userlist.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
