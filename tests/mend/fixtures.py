"""Deployments in which every finding can be mended, and what they are afterwards, byte for byte.

A fixture is a name, its files, and the lines that change: (file, before, after); "" as `after` takes the line away.
Everything else stays as it is. § is a secret.
"""
import collections

Fixture = collections.namedtuple("Fixture", "name files changes modes")

SECRET = "0f8a1b2c3d4e5f60718293a4b5c6d7e8"
OTHER = "Kq7LmNpQrStUvWxYz0123456789ab"


def fixture(name, files, changes, modes=None):
    return Fixture(name, files, changes, modes or {})


DATABASE = """# our shop
services:
  db:
    image: postgres:16   # the one and only
    environment:
      POSTGRES_USER: shop
      POSTGRES_PASSWORD: ${DB_PASSWORD}
      POSTGRES_DB: shop
"""
APP = """  api:
    image: ghcr.io/acme/shop:1
    environment:
      DATABASE_URL: ${DATABASE_URL}
"""
ENV = "APP_ENV=production\n# the database\nDB_PASSWORD=§\n"
URL = "DATABASE_URL=postgresql://shop:§@db:5432/shop\n"


def published(port, mended, tail=""):
    return {"compose.yaml": DATABASE + "    ports:\n" + port + "\n" + tail + APP, ".env": ENV + URL}, \
        [("compose.yaml", port, mended)]


def mounted(first, second="POSTGRES_USER: shop", third="POSTGRES_DB: shop"):
    """The database with these variables and its password in a file."""
    return {"compose.yaml": "services:\n  db:\n    image: postgres:16\n    environment:\n"
                            f"      {first}\n      {second}\n      {third}\n    secrets: [db]\n" + APP + "secrets:\n  db: {file: ./db.env}\n",
            ".env": ENV.replace("DB_PASSWORD=§\n", "") + URL, "db.env": "§\n"}


FIXTURES = [
    fixture("a short port", *published('      - "5433:5432"   # psql', '      - "127.0.0.1:5433:5432"   # psql')),
    fixture("a plain port", *published("      - 5433:5432", "      - 127.0.0.1:5433:5432")),
    fixture("a single quoted port", *published("      - '5432:5432/tcp'", "      - '127.0.0.1:5432:5432/tcp'")),
    fixture("a port without a published one", *published("      - 5432", "      - 127.0.0.1::5432")),
    fixture("an address that is every one", *published('      - "0.0.0.0:5432:5432"', '      - "127.0.0.1:5432:5432"')),
    fixture("an IPv6 address that is every one", *published('      - "[::]:5432:5432"', '      - "127.0.0.1:5432:5432"')),
    fixture("a range", *published('      - "5432-5433:5432-5433"', '      - "127.0.0.1:5432-5433:5432-5433"')),
    fixture("a variable for the address, unset", *published('      - "${BIND}:5432:5432"', '      - "${BIND:-127.0.0.1}:5432:5432"')),
    fixture("a fallback for the address", *published('      - "${BIND:-0.0.0.0}:5432:5432"', '      - "${BIND:-127.0.0.1}:5432:5432"')),
    fixture("a published port that is a variable", *published('      - "${DB_PORT:-5433}:5432"', '      - "127.0.0.1:${DB_PORT:-5433}:5432"')),
    fixture("a long port", *published("      - target: 5432 # inside", "      - host_ip: 127.0.0.1\n        target: 5432 # inside",
                                      "        published: 5433\n")),
    fixture("a port in braces", *published("      - {target: 5432, published: 5433}", "      - {host_ip: 127.0.0.1, target: 5432, published: 5433}")),
    fixture("an address in a long port", *published("      - target: 5432\n        host_ip: 0.0.0.0",
                                                    "      - target: 5432\n        host_ip: 127.0.0.1", "        published: 5433\n")),
    fixture("a variable of the address alone",
            {"compose.yaml": DATABASE + '    ports:\n      - "${DB_BIND}:5432:5432"\n' + APP, ".env": ENV + URL + "DB_BIND=0.0.0.0 # all\n"},
            [(".env", "DB_BIND=0.0.0.0 # all", "DB_BIND=127.0.0.1 # all")]),
    fixture("localhost, by the published port",
            {"compose.yaml": DATABASE + '    ports: ["127.0.0.1:5433:5432"]\n' + APP,
             ".env": ENV + 'DATABASE_URL="postgresql://shop:§@localhost:5433/shop?sslmode=disable" # by the port\n'},
            [(".env", "localhost:5433", "db:5432")]),
    fixture("the published port inside the network",
            {"compose.yaml": DATABASE + '    ports: ["127.0.0.1:5433:5432"]\n' + APP, ".env": ENV + URL.replace("5432", "5433")},
            [(".env", "db:5433", "db:5432")]),
    fixture("an IPv6 loopback", {"compose.yaml": DATABASE + APP, ".env": ENV + URL.replace("@db", "@[::1]")}, [(".env", "[::1]", "db")]),
    fixture("a host in a Compose file",
            {"compose.yaml": DATABASE + APP.replace("${DATABASE_URL}", "'postgresql://shop:${DB_PASSWORD}@127.0.0.1/shop'"), ".env": ENV},
            [("compose.yaml", "@127.0.0.1/", "@db/")]),
    fixture("a host variable",
            {"compose.yaml": DATABASE + "    ports: ['127.0.0.1:5432:5432']\n  api:\n    image: ghcr.io/acme/shop:1\n    env_file: .env\n",
             ".env": ENV + "DB_HOST=localhost\nDB_PORT=5432\nDB_USER=shop\nDB_NAME=shop\n"},
            [(".env", "DB_HOST=localhost", "DB_HOST=db")]),
    fixture("the same string for two programs",
            {"compose.yaml": DATABASE + APP + APP.replace("  api", "  worker"), ".env": ENV + URL.replace("@db", "@localhost")},
            [(".env", "@localhost", "@db")]),
    fixture("a dollar in a secret", {"compose.yaml": DATABASE + APP + "      JWT_SECRET: ${JWT_SECRET}\n",
                                     ".env": ENV + URL + "JWT_SECRET=8d2f9b$¶ # signs\n"},
            [(".env", "JWT_SECRET=8d2f9b$¶ # signs", "JWT_SECRET='8d2f9b$¶' # signs")]),
    fixture("a dollar in double quotes", {"compose.yaml": DATABASE + APP + "      JWT_SECRET: ${JWT_SECRET}\n",
                                          ".env": ENV + URL + 'JWT_SECRET="8d2f9b$¶"\n'},
            [(".env", '"8d2f9b$¶"', "'8d2f9b$¶'")]),
    fixture("a key that is there twice", {"compose.yaml": DATABASE + APP, ".env": ENV + "LOG=a # once\n" + URL + "LOG=b # and again\n"},
            [(".env", "LOG=a # once\n", "")]),
    fixture("a key that is there three times", {"compose.yaml": DATABASE + APP, ".env": "LOG=a\n" + ENV + "LOG='b\nc'\n" + URL + "LOG=b\n"},
            [(".env", "LOG=a\n", ""), (".env", "LOG='b\nc'\n", "")]),
    fixture("a file for everybody", {"compose.yaml": DATABASE + APP, ".env": ENV + URL}, [], {".env": (0o644, 0o600)}),
    fixture("quotes that docker keeps",
            {"compose.yaml": DATABASE + APP, ".env": ENV + URL + 'GREETING="hello world"\n', "bootgate.yaml": "version: 1\nread-by: [compose, docker]\n"},
            [(".env", 'GREETING="hello world"', "GREETING=hello world")]),
    fixture("a comment that docker keeps",
            {"compose.yaml": DATABASE + APP, ".env": ENV + URL + "WORKERS=3 # as many as cores\n",
             "bootgate.yaml": "version: 1\nread-by: [compose, docker]\n"},
            [(".env", "WORKERS=3 # as many as cores", "# as many as cores\nWORKERS=3")]),
    fixture("line ends of another system",
            {"compose.yaml": DATABASE + APP, ".env": (ENV + URL).replace("\n", "\r\n"), "bootgate.yaml": "version: 1\nread-by: [compose, shell]\n"},
            [(".env", "\r\n", "\n")]),
    fixture("the driver that its reader needs",
            {"compose.yaml": DATABASE + APP, ".env": ENV + URL,
             "bootgate.yaml": "version: 1\nvars:\n  DATABASE_URL: {driver: asyncpg}\n"},
            [(".env", "postgresql://", "postgresql+asyncpg://")]),
    fixture("no driver, and its parameter",
            {"compose.yaml": DATABASE + APP, ".env": ENV + URL.replace("ql:", "ql+asyncpg:").replace("5432/shop", "5432/shop?ssl=disable"),
             "bootgate.yaml": "version: 1\nvars:\n  DATABASE_URL: {driver: none}\n"},
            [(".env", "postgresql+asyncpg://", "postgresql://"), (".env", "?ssl=", "?sslmode=")]),
    fixture("a parameter as its driver spells it",
            {"compose.yaml": DATABASE + APP, ".env": ENV + URL.replace("ql:", "ql+asyncpg:").replace("5432/shop", "5432/shop?sslmode=disable")},
            [(".env", "sslmode=", "ssl=")]),
    fixture("the path of a secret", mounted("POSTGRES_PASSWORD: /run/secrets/db # a file"),
            [("compose.yaml", "POSTGRES_PASSWORD: /run", "POSTGRES_PASSWORD_FILE: /run")]),
    fixture("the path of a secret in a list", mounted("- POSTGRES_PASSWORD=/run/secrets/db", "- POSTGRES_USER=shop", "- POSTGRES_DB=shop"),
            [("compose.yaml", "POSTGRES_PASSWORD=/run", "POSTGRES_PASSWORD_FILE=/run")]),
    fixture("a secret that is there as a file", mounted("POSTGRES_PASSWORD: '§' # ours"),
            [("compose.yaml", "POSTGRES_PASSWORD: '§'", "POSTGRES_PASSWORD_FILE: '/run/secrets/db'")]),
    fixture("a secret that is there as a file, in a list", mounted('- "POSTGRES_PASSWORD=§"', "- POSTGRES_USER=shop", "- POSTGRES_DB=shop"),
            [("compose.yaml", "POSTGRES_PASSWORD=§", "POSTGRES_PASSWORD_FILE=/run/secrets/db")]),
    fixture("a secret and its file", mounted("POSTGRES_PASSWORD_FILE: /run/secrets/db", 'POSTGRES_PASSWORD: "§"', "POSTGRES_USER: shop"),
            [("compose.yaml", '      POSTGRES_PASSWORD: "§"\n', "")]),
    fixture("no line end at the end", {"compose.yaml": DATABASE + APP, ".env": ENV + "A=1\n" + URL + "A=2"}, [(".env", "A=1\n", "")]),
    fixture("a Compose file with CR LF", {"compose.yaml": (DATABASE + "    ports:\n      - target: 5432\n        published: 5432\n" + APP).replace("\n", "\r\n"),
                                          ".env": ENV + URL},
            [("compose.yaml", "- target: 5432", "- host_ip: 127.0.0.1\r\n        target: 5432")]),
]


def text(text):
    return text.replace("§", SECRET).replace("¶", OTHER)
