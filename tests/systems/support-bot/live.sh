# How `bootgate live` reaches the servers while they run: tests/systems/live.py rehearses these lines.

# On the host, by the published port.
bootgate live --map db:5432=127.0.0.1:5434 --map vector_db:5432=127.0.0.1:5433

# Inside the network: its own image is Alpine's, which is no place for bootgate-live: Debian's beside it, on its network.
docker run --rm --network container:postgres-db -v /usr/local/bin:/opt/bootgate:ro -v .:/project:ro -w /project \
    --entrypoint /opt/bootgate/bootgate postgres:16 live
