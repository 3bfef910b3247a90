#!/usr/bin/env bash
set -euo pipefail
WORKERS=${WORKERS:-9}
if [[ -n "${MIGRATE:-}" ]]; then
  alembic upgrade head
fi
exec "$@" --workers "$WORKERS"
