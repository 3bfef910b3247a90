"""No commit passes that was not read, however git was set up, called or stopped; speaks TAP.

usage: index.py BOOTGATE
"""
import os
import shutil
import signal
import sys

from repository import BAD, BOOTGATE, GOOD, RULE, Repository, case, expect, main

COMPOSE = "services:\n  app:\n    image: app:1\n    env_file: {}\n"
NAME = ".env.production"


def hooked(*init):
    class Hooked(Repository):
        def __enter__(self):
            super().__enter__()
            self.check(0, "hook", "install")
            return self
    return Hooked(*init)


@case
def test_pathspecs():
    """What git's own options make of paths reaches the hook as environment."""
    for name in ("literal", "glob", "noglob", "icase"):
        with hooked() as repository:
            repository.stage(".gitignore", "kept.env\n")
            repository.stage("compose.yml", COMPOSE.format("kept.env"))
            repository.commit(0, "kept out", before=[f"--{name}-pathspecs"])
            repository.stage(NAME, BAD)
            repository.commit(1, RULE, before=[f"--{name}-pathspecs"])
            repository.stage("sub/file", "x\n")
            repository.check(1, "hook", "run", cwd=repository.top / "sub",
                             env={f"GIT_{name.upper()}_PATHSPECS": "1"})


@case
def test_settings():
    """Settings for people's eyes do not narrow what is read."""
    rows = [("diff.relative", "true"), ("core.quotePath", "true"), ("diff.external", "false"), ("diff.noprefix", "true"),
            ("diff.ignoreSubmodules", "all"), ("diff.renames", "copies"), ("status.relativePaths", "true"),
            ("color.ui", "always"), ("core.pager", "false"), ("diff.submodule", "log"), ("core.abbrev", "4")]
    for key, value in rows:
        with hooked() as repository:
            repository.git("config", key, value)
            repository.stage("sub/file", "x\n")
            repository.stage(NAME, BAD)
            repository.commit(1, RULE)
            repository.commit(1, RULE, cwd=repository.top / "sub")
            repository.check(1, "hook", "run", cwd=repository.top / "sub")


@case
def test_names():
    for name in ("[a]*.env", "*.env", ":(top).env", ":x.env", "-x.env", "new\nline.env", "back\\slash.env", " .env",
                 b"\xe9\xff.env", b"\xff/.env", "a/b c/'quote'.env", '"double".env', "#hash.env", "\x01\x7f.env"):
        with hooked() as repository:
            path = os.path.join(os.fsencode(repository.top), os.fsencode(name))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="ascii") as file:
                file.write(BAD)
            repository.git("add", "-A")
            repository.commit(1, RULE)


@case
def test_replaced_objects():
    """A replacement stands in this clone alone; the commit holds what was added."""
    with hooked() as repository:
        repository.stage(NAME, BAD)
        repository.write("good", GOOD)
        good = repository.git("hash-object", "-w", "good").strip()
        bad = repository.git("hash-object", NAME).strip()
        repository.git("replace", bad, good)
        repository.commit(1, RULE)
        repository.git("commit", "-q", "--no-verify", "-m", "bad")
        head, clean = repository.git("rev-parse", "HEAD").strip(), repository.git("mktree").strip()
        repository.git("replace", head, repository.git("commit-tree", "-m", "x", clean).strip())
        repository.stage(NAME, BAD + "B=1\n")
        repository.commit(1, RULE)


@case
def test_intent_to_add():
    """What is only intended is no part of the commit."""
    with hooked() as repository:
        repository.stage("compose.yml", COMPOSE.format("app.env"))
        repository.write("app.env", "A=1\n")
        repository.git("add", "-N", "app.env")
        repository.commit(2, "app.env")
        repository.git("add", "app.env")
        repository.write(NAME, BAD)
        repository.git("add", "-N", NAME)
        repository.commit(0)


@case
def test_sparse_and_skipped():
    with hooked() as repository:
        repository.stage(NAME, BAD)
        repository.git("update-index", "--skip-worktree", NAME)
        os.unlink(repository.top / NAME)
        repository.commit(1, RULE)
        repository.git("update-index", "--no-skip-worktree", "--assume-unchanged", NAME)
        repository.commit(1, RULE)
    with hooked() as repository:
        repository.stage("deep/down/compose.yml", COMPOSE.format("app.env"))
        repository.stage("deep/down/app.env", GOOD)
        repository.stage("other/file", "x\n")
        repository.commit(0)
        repository.git("sparse-checkout", "init", "--cone", "--sparse-index")
        repository.git("sparse-checkout", "set", "other")
        expect("not checked out", False, (repository.top / "deep").exists())
        repository.check(0, "check", "--staged", "deep/down/compose.yml")
        repository.write("bad", BAD)
        bad = repository.git("hash-object", "-w", "bad").strip()
        repository.git("update-index", "--cacheinfo", f"100644,{bad},deep/down/app.env")
        repository.commit(1, RULE)


@case
def test_merge():
    with hooked() as repository:
        repository.stage(NAME, GOOD)
        repository.commit(0)
        repository.git("checkout", "-q", "-b", "other")
        repository.stage(NAME, GOOD + "B=1\n")
        repository.commit(0)
        repository.git("checkout", "-q", "main")
        repository.stage(NAME, GOOD + "B=2\n")
        repository.commit(0)
        expect("conflict", 1, repository.run("git", "merge", "other").returncode)
        for arguments in (["check", "--staged", NAME], ["hook", "run"]):
            expect(arguments, True, f"{NAME}" in repository.check(2, *arguments))
        repository.stage(NAME, BAD)  # settled badly
        repository.commit(1, RULE)
        repository.stage(NAME, GOOD)
        repository.git("commit", "-q", "-m", "settled")


def wrapper(repository, script):
    """A git in front of the real one; `script` runs first, with the real one in $real."""
    folder = repository.base / "wrapped"
    folder.mkdir(exist_ok=True)
    path = folder / "git"
    path.write_text(f'#!/bin/sh\nreal={shutil.which("git")}\n{script}\nexec "$real" "$@"\n')
    path.chmod(0o755)
    return {"PATH": f"{folder}:{repository.env['PATH']}"}


FAILURES = [
    'exit 1',
    'exit 127',
    'exit 0',
    'kill -9 $$',
    'case "$*" in *rev-parse*) exit 0;; esac',
    'case "$*" in *show-toplevel*) echo relative; exit 0;; esac',
    'case "$*" in *diff-index*) exit 128;; esac',
    'case "$*" in *diff-index*) "$real" "$@"; exit 128;; esac',
    'case "$*" in *diff-index*) "$real" "$@"; kill -9 $$;; esac',
    'case "$*" in *diff-index*) "$real" "$@" | head -c 30; exit 0;; esac',
    'case "$*" in *diff-index*) echo something else; exit 0;; esac',
    'case "$*" in *cat-file*) exit 1;; esac',
    'case "$*" in *cat-file*) kill -9 $$;; esac',
    'case "$*" in *cat-file*) read name; echo "$name" | "$real" "$@" | head -c 3; exit 0;; esac',
    'case "$*" in *cat-file*) read name; echo "$name" | "$real" "$@" | head -c 70; exit 0;; esac',
    'case "$*" in *cat-file*) read name; echo "$name missing"; exit 0;; esac',
    'case "$*" in *cat-file*) read name; echo "$name blob 4"; echo A=1; exit 0;; esac',
    'case "$*" in *cat-file*) read name; echo "0000 blob 4"; echo A=1; echo; exit 0;; esac',
    'case "$*" in *cat-file*) read name; echo "$name tree 4"; echo A=1; echo; exit 0;; esac',
    'case "$*" in *cat-file*) read name; echo "$name blob 99999999999999999999"; exit 0;; esac',
]


@case
def test_git_fails():
    """Whatever git does not say, says wrongly or not to the end: exit 2, never a pass."""
    with Repository() as repository:
        repository.stage(NAME, GOOD)
        repository.check(0, "hook", "run")
        for script in FAILURES:
            env = wrapper(repository, script)
            for ignored in (signal.SIG_DFL, signal.SIG_IGN):
                for arguments in (["hook", "run"], ["check", "--staged", NAME]):
                    done = repository.run(BOOTGATE, *arguments, env=env,
                                          preexec_fn=lambda how=ignored: signal.signal(signal.SIGCHLD, how))
                    expect((script, ignored, arguments, done.stderr), 2, done.returncode)
        done = repository.run(BOOTGATE, "hook", "run", env={"PATH": "/nowhere"})
        expect("no git", (2, True), (done.returncode, "git is not installed" in done.stderr))
        os.unlink(repository.top / ".git/HEAD")
        repository.check(2, "hook", "run")


@case
def test_child_signal_ignored():
    with Repository() as repository:
        repository.stage(NAME, BAD)
        repository.check(1, "hook", "run", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        repository.stage(NAME, GOOD)
        repository.check(0, "hook", "run", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))


@case
def test_ways_to_commit():
    """Each of them hands the hook another index, work tree or directory."""
    with hooked() as repository:
        repository.stage(NAME, GOOD)
        repository.stage("sub/file", "x\n")
        repository.commit(0)
        sub = repository.top / "sub"
        repository.write(NAME, BAD)
        repository.commit(1, RULE, after=["-a"])
        repository.commit(1, RULE, after=["-a"], cwd=sub)
        repository.commit(1, RULE, after=["--", NAME])
        repository.commit(1, RULE, after=["--", f"../{NAME}"], cwd=sub)
        repository.commit(1, RULE, after=["--include", "--", NAME])
        repository.write("sub/file", "y\n")
        repository.commit(0, after=["--", "sub/file"])  # the bad one is not part of it
        repository.git("add", NAME)
        repository.commit(1, RULE, before=["-C", str(sub)], cwd="/")
        repository.commit(1, RULE, before=[f"--git-dir={repository.top}/.git", f"--work-tree={repository.top}"], cwd="/")
        repository.commit(1, RULE, env={"GIT_DIR": str(repository.top / ".git"), "GIT_WORK_TREE": str(repository.top)},
                          cwd="/")
        repository.commit(1, RULE, after=["--amend"])
        repository.write("sub/file", "z\n")
        repository.commit(0, after=["--", "sub/file"])
        beside = repository.base / "be side"
        repository.git("worktree", "add", "-q", "-b", "beside", str(beside))
        (beside / NAME).write_text(BAD)
        repository.commit(1, RULE, after=["-a"], cwd=beside)
        (beside / NAME).write_text(GOOD + "B=1\n")
        repository.git("commit", "-q", "-a", "-m", "good", cwd=beside)
    with Repository() as repository:  # a repository beside its work tree
        bare, tree = repository.base / "store.git", repository.base / "tree"
        tree.mkdir()
        repository.git("init", "-q", "--bare", str(bare))
        (tree / NAME).write_text(BAD)
        env = {"GIT_DIR": str(bare), "GIT_WORK_TREE": str(tree)}
        expect("add", 0, repository.run("git", "add", "-f", NAME, env=env, cwd=tree).returncode)
        repository.check(1, "hook", "run", env=env, cwd=tree)
        repository.check(1, "hook", "run", env=env, cwd="/")
        repository.check(2, "hook", "run", env={"GIT_DIR": str(bare)}, cwd="/")
        repository.check(2, "hook", "run", cwd=bare)
        index = str(repository.base / "an index")
        env = {"GIT_INDEX_FILE": index}
        repository.write(NAME, BAD)
        expect("add", 0, repository.run("git", "add", "-f", NAME, env=env).returncode)
        repository.check(0, "hook", "run")  # nothing in the repository's own
        repository.check(1, "hook", "run", env=env)
        (repository.top / NAME).chmod(0o644)  # what git tracks is as open as the repository: no chmod helps
        for env, code, wanted in (({}, 1, True), (env, 1, False)):
            said = repository.check(code, "check", "--fail-on", "warning", NAME, env=env)
            expect(f"what {env} tracks", wanted, "file-permissions" in said)


@case
def test_compose_file_that_compose_does_not_read():
    """A lone one is told as check does, with the -f to type; beside one that Compose reads it is passed over."""
    name, text = "docker-compose.prod.yml", "services:\n  app: {image: example.com/app:1}\n"
    with Repository() as repository:
        repository.stage(name, text)
        for arguments in (["hook", "run"], ["check", "--staged", name]):
            expect(arguments, True, f"bootgate check -f {name}" in repository.check(2, *arguments))
        repository.stage("compose.yml", text)
        for arguments in (["hook", "run"], ["check", "--staged", name]):
            repository.check(0, *arguments)


@case
def test_object_format():
    with hooked("--object-format=sha256") as repository:
        repository.stage(NAME, BAD)
        repository.commit(1, RULE)
        repository.stage(NAME, GOOD)
        repository.commit(0)
        repository.stage(NAME, BAD)
        repository.commit(1, RULE)


@case
def test_submodule():
    """What is inside belongs to another repository: left open, and said; the rest is judged."""
    with hooked() as repository:
        inner = repository.base / "inner"
        inner.mkdir()
        repository.git("init", "-q", cwd=inner)
        (inner / "app.env").write_text(BAD)
        repository.git("add", "-f", ".", cwd=inner)
        repository.git("commit", "-q", "-m", "inner", cwd=inner)
        repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "part")
        repository.stage("compose.yml", COMPOSE.format("part/app.env"))
        repository.commit(0, "kept out of the repository")
        repository.stage("compose.yml", COMPOSE.format("part/app.env") + "    ports: ['5432:5432']\n")
        repository.stage(NAME, BAD)
        repository.commit(1, RULE)


@case
def test_read_by_another_name_or_place():
    """A project is judged where the commit touches anything that it reads."""
    with hooked() as repository:
        repository.stage("deploy/compose.yml", COMPOSE.format("[../shared/app.settings, ./app.conf]"))
        repository.stage("deploy/app.conf", "A=1\n")
        repository.stage("shared/app.settings", "B=1\n")
        repository.stage("README", "x\n")
        repository.commit(0)
        for name in ("shared/app.settings", "deploy/app.conf"):
            repository.stage(name, BAD)
            repository.commit(1, RULE, name)
            repository.git("rm", "-q", "-f", name)
            repository.commit(2, name.rpartition("/")[2])
            repository.git("reset", "-q", "--hard")
        repository.stage("bootgate.yaml", "version: 7\n")
        repository.commit(2, "bootgate.yaml")  # found upward from the project
        repository.git("reset", "-q", "--hard")
        repository.stage("elsewhere/compose.yml", "services: [\n")
        repository.git("commit", "-q", "--no-verify", "-m", "broken")
        for name in ("README", "elsewhere/main.py"):
            repository.stage(name, "y\n")
            repository.commit(0)  # no project reads it, and the broken one is not touched


@case
def test_links():
    with hooked() as repository:
        repository.stage("real/app.env", GOOD)
        repository.stage("compose.yml", COMPOSE.format("link/app.env"))
        os.symlink("real", repository.top / "link")
        os.symlink("..", repository.top / "real/up")
        repository.git("add", "link", "real/up")
        repository.commit(0)
        repository.stage("real/app.env", BAD)
        repository.commit(1, RULE)
        repository.stage("compose.yml", COMPOSE.format("link/up/link/up/real/app.env"))
        repository.commit(1, RULE)
        for target in ("circle", "nowhere", "../outside"):
            os.symlink(target, repository.top / "circle")
            repository.git("add", "circle")
            repository.stage("compose.yml", COMPOSE.format("circle/app.env"))
            repository.commit(2, "circle")
            os.unlink(repository.top / "circle")
        # Optional, but not missing: it cannot be read.
        os.symlink("circle", repository.top / "circle")
        repository.git("add", "circle")
        repository.stage("compose.yml", COMPOSE.format("[{path: circle/app.env, required: false}]"))
        repository.commit(2, "circle")


@case
def test_longer_than_any_path():
    """It is no missing file, as it is none in the work tree, and looking for it ends."""
    with hooked() as repository:
        for number in range(20):
            repository.stage(f"file{number}", "x\n")
        repository.stage("compose.yml", COMPOSE.format(f"[{{path: {'a/' * 500000}b, required: false}}]"))
        repository.commit(2, "its path is too long")


sys.exit(main())
