#!/bin/sh
# COMPOSE_PROFILES decides which store runs: that it is the one of the program's backend is judged before.
set -eu
bootgate check --mode production
docker compose up -d --build --remove-orphans
