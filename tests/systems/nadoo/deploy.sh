#!/bin/sh
set -eu
bootgate check
docker compose pull
docker compose up -d
