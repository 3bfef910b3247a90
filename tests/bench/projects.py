"""Deployments for the bench, written anew in each run: each function fills an empty folder and gives what to judge."""
import shutil


def chain(folder, services):
    """A Compose project of that many services, each with variables of its own and of .env, each asking the next one."""
    lines = ["services:"]
    for i in range(services):
        lines += [f"  service-{i}:", f"    image: registry.example.com/service-{i}:1.0", "    environment:",
                  "      APP_ENV: ${APP_ENV}", f"      PEER_URL: http://service-{(i + 1) % services}:8080",
                  f"      SERVICE_TOKEN: ${{TOKEN_{i}:?}}", "    ports:", f'      - "127.0.0.1:{20000 + i}:8080"']
    (folder / "compose.yml").write_text("\n".join(lines) + "\n")
    (folder / ".env").write_text("APP_ENV=production\n" + "".join(
        f"TOKEN_{i}={i:08x}c0ffee5a6978b4d3e2f1{i:08x}\n" for i in range(services)))
    return folder


def setting(i):
    """A line of an env file as large projects have them: connection strings, secrets, switches, numbers, plain words."""
    kinds = (f"PART{i}_DATABASE_URL=postgresql://app:d41c8a90f2b7e6355c1e@postgres:5432/app",
             f"PART{i}_CLIENT_SECRET={i:06x}9b1f4cc2d7e05a38{i:06x}", f"PART{i}_LOG_LEVEL=info",
             f"PART{i}_QUEUE_ENABLED=true", f"PART{i}_REQUEST_TIMEOUT={i % 90 + 10}", f"PART{i}_BASE_PATH=/part/{i}",
             f"PART{i}_PEER_HOST=service-{i % 12}", f"PART{i}_PEER_PORT=8080",
             f"PART{i}_PUBLIC_URL=https://part{i}.example.com/login", f"PART{i}_CACHE_PREFIX=part-{i}:")
    return kinds[i % len(kinds)]


# As every other service of them has it: a store of its own kind, and the lines that fill such files.
def service(i, variables):
    lines = [f"  service-{i}:", f"    image: registry.example.com/team/service-{i}:1.{i}", "    restart: unless-stopped",
             "    depends_on:", "      postgres:", "        condition: service_healthy", "    networks: [inside]",
             "    healthcheck:", f'      test: ["CMD", "curl", "-fsS", "http://localhost:8080/health"]',
             "      interval: 30s", "    volumes:", f"      - data-{i}:/var/lib/service", "    environment:"]
    return lines + [f"      {name}: ${{{name}}}" for name in variables]


STORE = ["  postgres:", "    image: postgres:16-alpine", "    environment:", "      POSTGRES_USER: app",
         "      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}", "      POSTGRES_DB: app", "    networks: [inside]"]


def large(folder, services=60, variables=1500):
    """As large as the largest public Compose projects are: 1,600 lines, 60 services, 1,500 variables in .env."""
    settings = [setting(i) for i in range(variables)]
    names = [line.partition("=")[0] for line in settings]
    lines = ["services:", *STORE]
    for i in range(services):
        lines += service(i, (names[(i * 13 + k) % variables] for k in range(13)))
    lines += ["networks:", "  inside: {}", "volumes:", *(f"  data-{i}: {{}}" for i in range(services))]
    (folder / "compose.yml").write_text("\n".join(lines) + "\n")
    (folder / ".env").write_text("APP_ENV=production\nPOSTGRES_PASSWORD=d41c8a90f2b7e6355c1e\n" + "\n".join(settings) + "\n")
    return folder


def sharing(folder, services=12, variables=1500):
    """Services that are all handed one env file."""
    lines = ["services:", *STORE]
    for i in range(services):
        lines += [f"  service-{i}:", f"    image: registry.example.com/service-{i}:1.0", "    env_file: [shared.env]",
                  "    networks: [inside]"]
    (folder / "compose.yml").write_text("\n".join([*lines, "networks:", "  inside: {}"]) + "\n")
    (folder / ".env").write_text("APP_ENV=production\nPOSTGRES_PASSWORD=d41c8a90f2b7e6355c1e\n")
    (folder / "shared.env").write_text("\n".join(map(setting, range(variables))) + "\n")
    return folder


# Files that readers of Dockerfiles and settings would take, were somebody to ask for them.
LITTER = {
    "Dockerfile": "FROM python:3.12-slim\nENV WEB_CONCURRENCY=4\nCOPY . .\nCMD [\"./start.sh\"]\n",
    ".dockerignore": ".env\n",
    "start.sh": "#!/bin/sh\nexec gunicorn -c gunicorn.conf.py app:app\n",
    "gunicorn.conf.py": "workers = 2\nthreads = 4\n",
    "supervisord.conf": "[program:web]\ncommand=gunicorn app:app\n",
    "package.json": '{"scripts": {"start": "node main.js"}}\n',
    "application.yml": "spring: {datasource: {hikari: {maximum-pool-size: 20}}}\n",
}


def building(folder, services=4, is_built=True):
    """A project whose services are built here, from Dockerfiles that say what they start; or the same of images."""
    lines = ["services:"]
    for i in range(services):
        source = f"build: ./part-{i}" if is_built else f"image: registry.example.com/part-{i}:1.0"
        lines += [f"  part-{i}:", f"    {source}", f"    environment: {{PORT: {8000 + i}}}"]
        part = folder / f"part-{i}"
        part.mkdir()
        (part / "Dockerfile").write_text(
            "FROM python:3.12-slim AS base\nENV PYTHONUNBUFFERED=1 WEB_CONCURRENCY=2\nWORKDIR /app\nFROM base\n"
            "COPY . .\nRUN pip install --no-cache-dir -r requirements.txt\nUSER 1000\n"
            'CMD ["gunicorn", "-c", "gunicorn.conf.py", "app:app"]\n')
        (part / "gunicorn.conf.py").write_text("workers = 2\nthreads = 4\nbind = '0.0.0.0:8000'\n")
    (folder / "compose.yml").write_text("\n".join(lines) + "\n")
    (folder / ".env").write_text("APP_ENV=production\n")
    return folder


def unbuilt(folder):
    return building(folder, is_built=False)


def bare(folder):
    """The same services of images, and as many files that nobody knows: to list a name costs, whatever it is."""
    unbuilt(folder)
    for part in folder.glob("part-*"):
        for path in part.iterdir():
            path.rename(path.with_name(path.name.replace("Dockerfile", "notes").replace("gunicorn.conf", "remarks")))
    for i, text in enumerate(LITTER.values()):
        (folder / f"notes-{i}.txt").write_text(text)
    return folder


def littered(folder):
    """The same with what images are built from and programs are set up with, which no service names."""
    unbuilt(folder)
    for name, text in LITTER.items():
        (folder / name).write_text(text)
    return folder


def many(folder, projects=300):
    """Projects beside each other, for `check -r`."""
    for i in range(projects):
        place = folder / f"project-{i}"
        place.mkdir()
        chain(place, 3)
    return folder


def env_files(folder, files=5000):
    """Env files beside each other, as secrets of a whole team are kept."""
    for i in range(files):
        (folder / f"part-{i}.env").write_text("APP_ENV=production\n" + "".join(setting(i * 10 + k) + "\n" for k in range(10)))
    return folder


def manifests(folder, count):
    """Deployments of a cluster in files of their own, each with a Service."""
    for i in range(count):
        name = f"part-{i}"
        (folder / f"{name}.yaml").write_text(
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n"
            f"  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n      - name: main\n"
            f"        image: registry.example.com/{name}:1.0\n        env:\n        - {{name: APP_ENV, value: production}}\n"
            f"        - {{name: PEER_URL, value: 'http://part-{(i + 1) % count}:8080'}}\n"
            f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  selector: {{app: {name}}}\n"
            f"  ports: [{{port: 8080}}]\n")
    return folder


def connection_strings(folder, count):
    """An env file of nothing but connection strings to one server."""
    path = folder / f"{count}.env"
    path.write_text("APP_ENV=production\n" + "".join(
        f"DB{i}_URL=postgresql://app:c0ffee5a6978b4d3e2f1{i:06d}@db.example.com:5432/app\n" for i in range(count)))
    return path


def faults(folder, count):
    """As many weak secrets as connection strings: what one is judged by must not be looked for among the others."""
    path = folder / f"{count}.env"
    path.write_text("APP_ENV=production\n" + "".join(
        f"S{i}_DATABASE_URL=postgresql://u{i}:d41c8a90f2b7e6355c1e@db{i}.example.com:5432/app\n"
        f"S{i}_API_SECRET=changeme\nT{i}_PASSWORD=password{i}\n" for i in range(count)))
    return path


def asleep(folder, count):
    """Connections of one program to a server whose profile is off, and settings beside each."""
    (folder / "compose.yml").write_text(
        "services:\n  db: {image: 'postgres:16', profiles: [tools], environment: {POSTGRES_PASSWORD: d41c8a90f2b7e6355c1e}}\n"
        "  app:\n    image: registry.example.com/app:1\n    environment:\n" + "".join(
            f"      S{i}_DATABASE_URL: postgresql://u{i}:d41c8a90f2b7e6355c1e@db/app\n      S{i}_DATABASE_POOL: 5\n"
            for i in range(count)))
    return folder


# What somebody may write to keep the program busy: so many of one thing in one place.
APP = "services:\n  app:\n    image: registry.example.com/app:1\n"
HOSTILE = {
    "words with a $ in a command": lambda n: {
        "compose.yml": APP + '    command: "' + " ".join(f"$A{i}" for i in range(n)) + '"\n'},
    "references in one word of a command": lambda n: {
        "compose.yml": APP + '    command: "' + "".join(f"$NAME_OF_A_VARIABLE_{i}" for i in range(n)) + '"\n'},
    "references in one secret": lambda n: {
        "compose.yml": APP + '    environment: {A_SECRET: "' + "".join(f"${{V{i}}}" for i in range(n)) + '"}\n'},
    "variables that nothing sets": lambda n: {
        "compose.yml": APP + "    environment:\n" + "".join(f"      K{i}: ${{V{i}}}\n" for i in range(n))},
    "variables that refuse to be empty": lambda n: {
        "compose.yml": APP + "    environment:\n" + "".join(f'      K{i}: "${{V{i}:?}}"\n' for i in range(n))},
    "keys of an environment": lambda n: {
        "compose.yml": APP + "    environment:\n" + "".join(f"      K{i}: v{i}\n" for i in range(n))},
    "arguments of a build": lambda n: {
        "compose.yml": APP + "    build:\n      context: .\n      args:\n" + "".join(f"        A{i}: v{i}\n" for i in range(n)),
        "Dockerfile": 'FROM alpine\nCMD ["app"]\n'},
    "dependencies of a service": lambda n: {
        "compose.yml": "services:\n" + "".join(f"  s{i}: {{image: 'registry.example.com/s:1'}}\n" for i in range(n))
                       + "  app:\n    image: registry.example.com/app:1\n    depends_on:\n"
                       + "".join(f"      - s{i}\n" for i in range(n))},
    "servers of their own": lambda n: {
        "compose.yml": "services:\n" + "".join(
            f"  db{i}: {{image: 'postgres:16', environment: {{POSTGRES_PASSWORD: d41c8a90f2b7e6355c1e{i}}}}}\n"
            f"  app{i}:\n    image: registry.example.com/app:1\n"
            f"    environment: {{A_URL: 'postgresql://postgres:d41c8a90f2b7e6355c1e{i}@db{i}/app'}}\n" for i in range(n))},
    "connection strings, each a reference to the last": lambda n: {
        "compose.yml": APP + "    env_file: app.env\n",
        "app.env": "V0_URL=redis://u:changeme@cache:1\n" + "".join(f"V{i}_URL=${{V{i - 1}_URL}}\n" for i in range(1, n))},
    "lines of Environment= in a unit": lambda n: {
        "app.service": "[Service]\nExecStart=/usr/bin/app\n" + "".join(f"Environment=K{i}=v{i}\n" for i in range(n))},
}


def hostile(folder, what, count):
    for name, text in HOSTILE[what](count).items():
        (folder / name).write_text(text)
    return folder
