# How `bootgate live` reaches the servers while they run: tests/systems/live.py rehearses these lines.

# On the host, by the published port.
bootgate live --map postgres:5432=127.0.0.1:5432

# Inside the network: its image is Debian's and has libpq.
docker compose run --rm --no-deps -v /usr/local/bin:/opt/bootgate:ro -v .:/project:ro -w /project \
    --entrypoint /opt/bootgate/bootgate postgres live
