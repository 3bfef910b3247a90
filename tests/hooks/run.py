"""Commits in temporary repositories with `bootgate hook` and with the real pre-commit; speaks TAP.

usage: run.py BOOTGATE
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from repository import BAD, BOOTGATE, GOOD, RULE, Repository, Skip, case, expect, main

HOOKS = pathlib.Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"


def story(repository):
    """What every kind of hook must do with an env file."""
    repository.stage(".env.production", BAD)
    repository.commit(1, RULE)
    repository.write(".env.production", GOOD)  # repaired in the work tree, not in the index
    repository.commit(1, RULE)
    repository.git("add", "-f", ".env.production")
    repository.write(".env.production", BAD)  # broken in the work tree, not in the index
    repository.commit(0)
    repository.git("checkout", "-q", "--", ".")


def awkward_names(repository):
    for name in ("a folder/.env.production", "-v.env", "--config=x/.env", "ünï.env", "new\nline.env"):
        repository.stage(name, BAD)
        repository.commit(1, RULE)
        repository.stage(name, GOOD)
        repository.commit(0)


@case
def test_plain_hook():
    with Repository() as repository:
        repository.check(0, "hook", "install")
        story(repository)
        awkward_names(repository)
        repository.stage("README", "nothing to judge here\n")
        repository.commit(0)


@case
def test_plain_hook_deletions():
    with Repository() as repository:
        repository.stage(".env.production", GOOD)
        repository.stage("redis.env", "A=1\n")
        repository.stage("compose.yml", "services:\n  app:\n    image: app:1\n    env_file: redis.env\n")
        repository.commit(0)
        repository.check(0, "hook", "install")
        repository.git("rm", "-q", "redis.env")
        repository.commit(1, "cannot read redis.env")  # only a deletion, and it breaks the project
        repository.git("rm", "-q", "compose.yml")
        repository.commit(0)
        repository.git("rm", "-q", ".env.production")
        repository.commit(0)


@case
def test_install():
    with Repository() as repository:
        hook = repository.top / ".git/hooks/pre-commit"
        hook.write_text("#!/bin/sh\necho the other hook\n")
        said = repository.check(2, "hook", "install")
        expect("left alone", (True, True), ("not ours" in said, "the other hook" in hook.read_text()))
        said = repository.check(0, "hook", "install", "--force")
        kept = hook.with_name("pre-commit.before-bootgate")
        expect("kept", (True, True, True), ("is kept as" in said, "the other hook" in kept.read_text(),
                                            os.access(hook, os.X_OK)))
        repository.check(0, "hook", "install")
        repository.git("config", "core.hooksPath", "hooks of mine")
        repository.check(0, "hook", "install")
        story(repository)
    with tempfile.TemporaryDirectory() as elsewhere:
        env = {**os.environ, "GIT_CEILING_DIRECTORIES": "/"}
        for arguments in (["hook", "install"], ["hook", "run"], ["check", "--staged"]):
            done = subprocess.run([BOOTGATE, *arguments], cwd=elsewhere, env=env, capture_output=True, text=True,
                                  check=False)
            expect(arguments, 2, done.returncode)


@case
def test_install_beside_others():
    """A hook of someone else is never lost, and one that git would pass over is not called installed."""
    with Repository() as repository:
        folder = repository.top / ".git/hooks"
        hook, kept = folder / "pre-commit", folder / "pre-commit.before-bootgate"
        other = "#!/bin/sh\nbootgate hook run || exit\necho the other hook\n"
        hook.write_text(other)
        hook.chmod(0o755)
        expect("it calls us", True, "installed already" in repository.check(0, "hook", "install"))
        expect("it calls us", other, hook.read_text())
        hook.chmod(0o644)  # git passes over it
        expect("not executable", True, "wrote" in repository.check(0, "hook", "install"))
        expect("not executable", (other, 0o755), (hook.read_text(), hook.stat().st_mode & 0o777))
        hook.write_text("#!/bin/sh\n# bootgate hook run\n")  # a comment calls nobody
        repository.check(2, "hook", "install")
        hook.chmod(0o700)
        repository.check(0, "hook", "install", "--force")
        expect("kept as it was", ("#!/bin/sh\n# bootgate hook run\n", True), (kept.read_text(), os.access(kept, os.X_OK)))
        hook.write_text("#!/bin/sh\necho a third one\n")
        said = repository.check(2, "hook", "install", "--force")  # no room for two of them
        expect("which is in the way", True, "pre-commit.before-bootgate is there already" in said)
        expect("both there", (True, True), ("third" in hook.read_text(), "# bootgate" in kept.read_text()))
        hook.unlink()
        for make in (os.mkdir, os.mkfifo, lambda path: os.symlink("pre-commit", path)):
            make(hook)
            repository.check(2, "hook", "install", "--force")
            hook.rmdir() if hook.is_dir() else hook.unlink()
        expect("nothing of ours stays", [], [path.name for path in folder.iterdir() if path.suffix == ".tmp"])
        repository.git("config", "core.hooksPath", str(repository.base / "new folder"))
        repository.check(0, "hook", "install")
        expect("its folder is made", True, os.access(repository.base / "new folder/pre-commit", os.X_OK))


COMPOSE = """services:
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: ${DB_USER:-app}
      POSTGRES_PASSWORD: ${DB_PASSWORD:-app}
  app:
    image: app:1
    env_file: secrets/app.env
    environment:
      APP_ENV: production
      DATABASE_URL: ${DATABASE_URL:?}
      TOKEN_FILE: /run/secrets/token
    secrets: [token]
secrets:
  token: {file: secrets/token}
"""


@case
def test_what_is_kept_out():
    """What hangs on files that must not be committed is left open, and said; all else is judged."""
    with Repository() as repository:
        repository.stage(".gitignore", ".env\nsecrets/\n")
        repository.stage("compose.yml", COMPOSE)
        said = repository.check(0, "check", "--staged")
        expect("said", True, "kept out of the repository" in said)
        repository.write(".env", BAD)  # on disk, ignored: never read
        repository.check(0, "check", "--staged")
        # The same files, but the variables are part of the commit: judged.
        repository.stage(".env", "DB_PASSWORD=app\nDATABASE_URL=postgresql://app:app@db/app\n")
        expect("judged", True, RULE in repository.check(1, "check", "--staged"))
        # So is a rule of the project's own, which asks for a variable of that file.
        repository.stage("bootgate.yaml", "version: 1\nrules:\n  - id: region-is-said\n    assert: REGION == 'eu'\n"
                                          "    message: the region must be said\n")
        expect("own rule", True, "region-is-said" in repository.check(1, "check", "--staged"))
        repository.git("rm", "-q", "--cached", ".env")
        expect("own rule", False, "region-is-said" in repository.check(0, "check", "--staged"))
        repository.git("rm", "-q", "-f", "bootgate.yaml")
        # A literal default stands in the Compose file whatever .env says.
        repository.stage("compose.yml", COMPOSE.replace("${DB_PASSWORD:-app}", "app").replace("${DB_USER:-app}", "app"))
        expect("literal", True, RULE in repository.check(1, "check", "--staged"))
        # A file that nothing keeps out and that is not there is a fault.
        repository.stage("compose.yml", COMPOSE.replace("secrets/app.env", "app.env"))
        repository.check(2, "check", "--staged")


@case
def test_permissions_of_tracked_files():
    """git keeps no permissions: only what it does not track can have the wrong ones."""
    with Repository() as repository:
        def says(cwd, wanted):
            os.chmod(cwd / ".env", 0o644)
            expect((cwd, "file-permissions"), wanted, "file-permissions" in repository.check(0, "check", cwd=cwd))
        repository.stage("part/.env", GOOD)
        repository.write(".env", GOOD)
        says(repository.top / "part", False)
        says(repository.top, True)  # part/.env ends with the same name
        for i in range(300):  # the index is larger than what is read of it at once
            repository.stage(f"a folder with a long name/and a file with a longer one {i:04}", f"{i}\n")
        repository.stage(".env", GOOD)
        says(repository.top, False)
        repository.git("commit", "-q", "-m", "a change")
        repository.git("worktree", "add", "-q", str(repository.base / "beside"))
        says(repository.base / "beside", False)
        repository.git("worktree", "add", "-q", "--no-checkout", str(repository.base / "empty"))
        repository.git("rm", "-q", "--cached", ".env", cwd=repository.base / "beside")
        says(repository.base / "beside", True)


@case
def test_index_as_a_file_system():
    with Repository() as repository:
        repository.stage("deploy/real.env", BAD)
        os.symlink("deploy/real.env", repository.top / "link.env")
        os.symlink("../outside.env", repository.top / "out.env")
        os.symlink("loop.env", repository.top / "loop.env")
        (repository.base / "outside.env").write_text(GOOD)
        repository.git("add", "-f", ".")
        (repository.top / "deploy/real.env").unlink()
        rows = [("link.env", 1), ("deploy/real.env", 1), ("out.env", 2), ("loop.env", 2), ("missing.env", 2),
                ("deploy", 2), ("../outside.env", 2)]
        for name, code in rows:
            repository.check(code, "check", "--staged", "--", name)
        (repository.top / "deploy").mkdir(exist_ok=True)
        repository.check(1, "check", "--staged", "--", "real.env", cwd=repository.top / "deploy")
        repository.stage("big.env", "A=" + "x" * 300_000 + "\n")
        repository.check(0, "check", "--staged", "--mode", "development", "--", "big.env")
        repository.stage(".env.example", BAD)
        repository.check(0, "check", "--staged", "--", ".env.example")
        document = json.loads(repository.check(1, "check", "--staged", "--format", "json", "--", "link.env", ".env.example"))
        expect("file", "link.env", document["findings"][0]["file"])


@case
def test_per_file_projects():
    """Compose files of several projects in one call are several projects."""
    with Repository() as repository:
        for name in ("one", "two"):
            repository.stage(f"{name}/compose.yml", "services:\n  app:\n    image: app:1\n")
        repository.check(0, "check", "--staged", "--", "two/compose.yml", "one/compose.yml")
        repository.stage("two/compose.yml", "services:\n  app: [\n")
        said = repository.check(2, "check", "--staged", "--", "one/compose.yml", "two/compose.yml")
        expect("named", True, "two/compose.yml" in said)


def with_pre_commit(repository):
    """The hooks file in a repository of its own, as a user would name it."""
    if shutil.which("pre-commit") is None:
        raise Skip("pre-commit is not installed")
    hooks = repository.base / "hooks"
    hooks.mkdir()
    shutil.copy(HOOKS, hooks / ".pre-commit-hooks.yaml")
    repository.git("init", "-q", cwd=hooks)
    repository.git("add", ".", cwd=hooks)
    repository.git("commit", "-q", "-m", "hooks", cwd=hooks)
    repository.git("tag", "v1", cwd=hooks)
    return hooks


def configure(repository, hooks, *ids):
    lines = [f"repos:\n- repo: {hooks}\n  rev: v1\n  hooks:\n"] + [f"  - id: {name}\n" for name in ids]
    repository.stage(".pre-commit-config.yaml", "".join(lines))
    done = repository.run("pre-commit", "install")
    expect("pre-commit install", 0, done.returncode)


@case
def test_pre_commit():
    with Repository() as repository:
        configure(repository, with_pre_commit(repository), "bootgate")
        story(repository)
        awkward_names(repository)
        for i in range(300):
            repository.write(f"services/{i}/.env.production", GOOD)
        repository.git("add", "-f", "services")
        repository.commit(0)
        repository.stage("services/217/.env.production", BAD)
        repository.commit(1, RULE, "services/217/.env.production")


@case
def test_manifest_of_hooks():
    """pre-commit's own schema, for the hooks of this repository."""
    if shutil.which("pre-commit") is None:
        raise Skip("pre-commit is not installed")
    with Repository() as repository:
        done = repository.run("pre-commit", "validate-manifest", str(HOOKS))
        expect(done.stdout + done.stderr, 0, done.returncode)
        spoilt = repository.base / "hooks.yaml"
        spoilt.write_text(HOOKS.read_text().replace("language: system", "language: sistem"))
        expect("spoilt", True, repository.run("pre-commit", "validate-manifest", str(spoilt)).returncode != 0)


@case
def test_pre_commit_deletions():
    with Repository() as repository:
        configure(repository, with_pre_commit(repository), "bootgate")
        repository.stage("redis.env", "A=1\n")
        repository.stage("compose.yml", "services:\n  app:\n    image: app:1\n    env_file: redis.env\n")
        repository.commit(0)
        repository.git("rm", "-q", "redis.env")
        repository.commit(1, "cannot read redis.env")


FAULTY = """services:
  db:
    image: postgres:16
    ports: ["5432:5432"]
    environment: {POSTGRES_PASSWORD: postgres}
  cache:
    image: redis:7
    ports: ["6379:6379"]
  app:
    image: app:1
    env_file: app.env
    environment: {DATABASE_URL: "${DATABASE_URL}", API_SECRET_KEY: "${API_SECRET_KEY}"}
"""


def faults_of(said):
    return sorted(line for line in said.splitlines() if re.match(r"(error|warning|note)\[", line))


@case
def test_each_fault_once():
    """As many reports as `check` makes, however many files of the project a commit, or --all-files, names."""
    with Repository() as repository:
        repository.stage("compose.yml", FAULTY)
        repository.stage(".env", "DATABASE_URL=postgresql://postgres:postgres@localhost:5432/app\nAPI_SECRET_KEY=changeme\n")
        repository.stage("app.env", "JWT_SECRET=secret\nREDIS_URL=redis://localhost:6379\n")
        wanted = faults_of(repository.check(1, "check"))
        expect("some faults", True, len(wanted) >= 6)
        expect("the hook", wanted, faults_of(repository.check(1, "hook", "run")))
        names = [".env", "app.env", "compose.yml"]
        expect("with files", wanted, faults_of(repository.check(1, "hook", "run", "--", *names)))
        expect("check", wanted, faults_of(repository.check(1, "check", "--staged", "--", *names)))
        repository.stage("alone/.env", "PASSWORD=changeme\n")  # which no project reads
        alone = faults_of(repository.check(1, "check", "--staged", "--", *names, "alone/.env"))
        expect("two more: what it holds, and that git tracks it", len(wanted) + 2, len(alone))
        repository.git("rm", "-q", "-f", "alone/.env")
        configure(repository, with_pre_commit(repository), "bootgate")
        expect("pre-commit", wanted, faults_of(repository.commit(1)))
        repository.git("commit", "-q", "--no-verify", "-m", "all of it")
        expect("nothing staged", [], faults_of(repository.check(0, "hook", "run")))
        done = repository.run("pre-commit", "run", "--all-files")
        expect("--all-files", wanted, faults_of(done.stdout))


@case
def test_tracked_secrets():
    """A good secret that git tracks is in the repository of everybody; one that it does not track is nobody's."""
    with Repository() as repository:
        repository.stage("compose.yml", "services: {shop: {image: registry.example.net/shop, env_file: .env}}\n")
        repository.stage(".env", "JWT_SECRET=q7RrzkhmYZ37LM3zd7czvQjtbznDp9u5\n")
        said = ".env holds secrets, and git tracks it"
        expect("a commit", True, said in repository.check(0, "hook", "run"))
        expect("a check", True, said in repository.check(0, "check"))
        repository.git("rm", "-q", "--cached", ".env")
        expect("not tracked", False, said in repository.check(0, "check"))


@case
def test_baseline():
    """What the baseline lists stops no commit, in every kind of hook; what is new does."""
    with Repository() as repository:
        repository.stage("compose.yml", FAULTY)
        repository.stage(".env", "DATABASE_URL=postgresql://postgres:postgres@localhost:5432/app\nAPI_SECRET_KEY=changeme\n")
        repository.stage("app.env", "JWT_SECRET=secret\nREDIS_URL=redis://localhost:6379\n")
        repository.check(0, "check", "--write-baseline", "known.json")
        repository.git("add", "known.json")
        repository.stage("bootgate.yaml", "version: 1\nbaseline: known.json\n")
        repository.check(0, "hook", "install")
        repository.commit(0)
        repository.stage("app.env", "JWT_SECRET=secret\nREDIS_URL=redis://localhost:6379\n# a comment\n")
        repository.commit(0)
        for more in ("SIGNING_SECRET=password\n", "OTHER_URL=postgresql://root:root@db/app\n"):
            repository.stage("app.env", "JWT_SECRET=secret\nREDIS_URL=redis://localhost:6379\n" + more)
            said = faults_of(repository.commit(1))
            expect(("new", said), True, 0 < len([line for line in said if line.startswith("error")]) <= 2)
        repository.git("checkout", "-q", "HEAD", "--", "app.env")
        # A second published port of a listed service is another cause.
        repository.stage("compose.yml", FAULTY.replace('["5432:5432"]', '["5432:5432", "5433:5433"]'))
        expect("second port", True, "5433" in repository.commit(1))
        repository.git("checkout", "-q", "HEAD", "--", "compose.yml")
        (repository.top / ".git/hooks/pre-commit").unlink()
        configure(repository, with_pre_commit(repository), "bootgate")
        repository.commit(0)
        repository.stage("app.env", "JWT_SECRET=secret\nSIGNING_SECRET=password\n")
        repository.commit(1, "SIGNING_SECRET")


@case
def test_project_below():
    """Where the top of a checkout holds no project, it is said where one is."""
    with Repository() as repository:
        repository.stage("deploy/one/compose.yml", "services:\n  app:\n    image: app:1\n")
        for option in ([], ["--tracked"]):
            said = repository.check(2, "check", *option)
            expect(said, True, "but in deploy/one: name it, or judge all with check -r" in said)
            repository.check(0, "check", *option, "-r")
            repository.check(0, "check", *option, "deploy/one")
        repository.stage("deploy/two/.env", GOOD)
        expect("two", True, "deploy/one and 1 more:" in repository.check(2, "check", "--tracked"))


@case
def test_short_path():
    """An editor commits with a PATH of its own: the hook names the program that installed it."""
    with Repository() as repository:
        repository.check(0, "hook", "install")
        short = {"PATH": "/usr/bin:/bin"}
        repository.stage(".env.production", BAD)
        repository.commit(1, RULE, env=short)
        hook = repository.top / ".git/hooks/pre-commit"
        elsewhere = repository.base / "it's elsewhere"
        elsewhere.mkdir()
        shutil.copy(BOOTGATE, elsewhere / "bootgate")
        done = repository.run(str(elsewhere / "bootgate"), "hook", "install")
        expect(done.stderr, (0, True), (done.returncode, "wrote" in done.stdout))
        repository.commit(1, RULE, env=short)
        shutil.rmtree(elsewhere)  # what is gone is looked for on PATH
        repository.commit(1, RULE)
        hook.write_text(hook.read_text().replace("exec ", "") + "echo more >&2\n")
        repository.check(0, "hook", "install")
        expect("what was added stays", True, "echo more" in hook.read_text())


@case
def test_tracked():
    """A checkout without its .env is green where the project is right, and red where what is tracked is wrong."""
    with Repository() as repository:
        repository.stage(".gitignore", ".env\nsecrets/\n")
        repository.stage("compose.yml", COMPOSE)
        repository.git("commit", "-q", "-m", "all of it")
        said = repository.check(0, "check", "--tracked")
        expect("said", True, "kept out of the repository" in said)
        # What stands beside such a variable hangs on nothing.
        repository.stage("compose.yml", COMPOSE.replace("${DATABASE_URL:?}", "postgresql://app:${APP_PASSWORD}@localhost/app"))
        said = repository.check(1, "check", "--tracked")
        expect("literal", (True, False), ("error[loopback-host]" in said, RULE in said))
        repository.stage("compose.yml", COMPOSE.replace("${DATABASE_URL:?}", "postgresql://app:${APP_PASSWORD:?}@localhost/app"))
        said = repository.check(1, "check", "--tracked")
        expect("demanded", (True, False), ("error[loopback-host]" in said, "error[required-missing]" in said))
        # The image, too, whatever else is not there.
        repository.stage("compose.yml", COMPOSE.replace(
            "services:\n", "services:\n  worker: {build: ., env_file: .env, environment: {KEY: '${KEY:?}'}}\n"))
        repository.stage("Dockerfile", "FROM python:3.12\nENV BROKER_URL=amqp://app:app@queue.example.org/\n")
        expect("image", True, RULE in repository.check(1, "check", "--tracked"))
        repository.git("rm", "-qf", "Dockerfile")
        repository.stage("compose.yml", COMPOSE)
        # What bootgate.yaml puts together of variables that only .env sets hangs on it too.
        repository.stage("bootgate.yaml", "version: 1\ndefaults: [app_local]\nderive:\n"
                                          "  URL: 'postgresql://${DB_USER:-app}:${DB_PASSWORD:-app_local}@db/app'\n")
        repository.check(0, "check", "--tracked")
        repository.stage("compose.yml", COMPOSE.replace("${DB_PASSWORD:-app}", "app").replace("${DB_USER:-app}", "app"))
        expect("red", True, RULE in repository.check(1, "check", "--tracked"))


sys.exit(main())
