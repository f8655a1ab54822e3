#!/bin/sh
# Starts the object store with the one identity that the environment names; the key stays out of every file kept.
set -eu
umask 077
cat > /tmp/s3.json <<JSON
{"identities": [{"name": "umemployed",
  "credentials": [{"accessKey": "${AWS_ACCESS_KEY_ID}", "secretKey": "${AWS_SECRET_ACCESS_KEY}"}],
  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
JSON
exec weed server -dir=/data -ip=objectstore -ip.bind=0.0.0.0 -filer -s3 -s3.config=/tmp/s3.json -master.volumeSizeLimitMB=1024
