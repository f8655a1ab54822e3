#!/bin/sh
# Starts the object store with the one identity that the environment names; the key stays out of every file kept.
set -eu
umask 077
cat > /tmp/s3.json <<JSON
{"identities": [{"name": "umemployed",
  "credentials": [{"accessKey": "${S3_ACCESS_KEY}", "secretKey": "${S3_SECRET_KEY}"}],
  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
JSON
# The bucket is made as soon as the store answers; making it again changes nothing.
(
    until echo "s3.bucket.create -name ${S3_BUCKET}" | weed shell -master=objectstore:9333 >/dev/null 2>&1; do
        sleep 2
    done
) &
exec weed server -dir=/data -ip=objectstore -ip.bind=0.0.0.0 -filer -s3 -s3.config=/tmp/s3.json -master.volumeSizeLimitMB=1024
