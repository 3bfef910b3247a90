#!/bin/sh
for name in $(echo "$MORE_DATABASES" | tr , " "); do createdb -U "$POSTGRES_USER" "$name"; done
