#!/bin/sh
# The database first: its migrations run with the same settings as the program, so they are judged with them.
set -eu
bootgate check --mode production
docker compose up -d postgres
docker compose run --rm backend alembic upgrade head
docker compose up -d
