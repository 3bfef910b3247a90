#!/bin/sh
# The backend migrates by itself when it starts; a bad DATABASE_URL_SYNC would be found out only there.
set -eu
bootgate check --mode production
docker compose up -d --build
