# How `bootgate live` reaches the servers while they run: tests/systems/live.py rehearses these lines.

# On the host, by the published port.
bootgate live --map dataland-postgres:5432=127.0.0.1:5432

# Inside the network: its own image is Alpine's, which is no place for bootgate-live: Debian's beside it, on its network.
docker run --rm --network container:dataland-postgres -v /usr/local/bin:/opt/bootgate:ro -v .:/project:ro \
    -w /project --entrypoint /opt/bootgate/bootgate postgres:16 live
