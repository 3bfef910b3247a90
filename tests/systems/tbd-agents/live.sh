# How `bootgate live` reaches the servers while they run: tests/systems/live.py rehearses these lines.

# Inside the network: the port is not published; the image has libpq.
docker compose run --rm --no-deps -v /usr/local/bin:/opt/bootgate:ro -v .:/project:ro -w /project \
    --entrypoint /opt/bootgate/bootgate pgvector live
