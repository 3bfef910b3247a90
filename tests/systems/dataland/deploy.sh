#!/bin/sh
# Judged before the image is built: on the first deployment there is no container yet that could look at its settings.
set -eu
bootgate check --mode production
docker compose build agent
docker compose up -d
