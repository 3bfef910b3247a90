"""Random units with the odd corners of their grammar."""

NAMES = ["A", "B", "LONG_NAME", "a1", "_x", "1BAD", "A-B", "", "URL"]
VALUES = ["1", "two words", "a\\x20b", "a\\nb", "\\q", "%n", "%%", "%i", "%z", "p%%q", "", "'x'", '"y"', "x=y", "\\\\", "\\101",
          "\\u00e9", "\\x00", "é", "a;b", "#no comment", "$A", "${A}", "\\s", "a\\tb", "postgresql://u:p%%40@h:5432/d", "\\'", "'", '"']
WORDS = ["$A", "${A}", "x${B}y", "$$A", "$$", "x$A", "${A:-d}", "${", "$", "${}", "$NOPE", "${NOPE}", ";", "\\;", "a;b", "'two words'",
         '"two words"', "--opt=x", "-w", "4", "%n", "%p", "\\x41", "\\q", "a\"b c\"d", "''", "\\", "'open", "#x", "$A-x", "a'b'c", "${A}${B}", "%%"]
PREFIXES = ["", "", "", "", "-", "@", "+", "!", "!!", ":", "-:", "--", "@-", "|"]
PROGRAMS = ["/bin/echo", "echo", "/usr/bin/gunicorn", "bin/echo", "/usr/bin/", "/opt/x//y/../z", "'/opt/a b/run'", "/x%n", "", "/a\\x2fb"]
JUNK = ["", "# comment", "; comment", "  # indented", "NoEquals", "=value", "[Bad", "[X-Own]", "[Unknown]", "[Service]", "Foo=bar", "\\", "  ",
        "[Unit]", "Type=oneshot", "Type=simple", "ExecStart=", "Environment=", "EnvironmentFile=", "RemainAfterExit=yes", "ExecStop=/bin/true"]


# (main file, drop-in): what people write, and what they get wrong.
WRITTEN = [
    ("[Unit]\nDescription=Shop\n[Service]\nUser=shop\nEnvironment=APP_ENV=production WORKERS=4\n"
     "ExecStart=/opt/shop/bin/gunicorn -w $WORKERS -b 127.0.0.1:8000 shop:app\n[Install]\nWantedBy=multi-user.target\n", None),
    ("[Service]\nEnvironment=A=1\nEnvironment=B=2\nExecStart=/bin/true\n", "[Service]\nEnvironment=\nEnvironment=C=3\n"),
    ("[Service]\nExecStart=/bin/old --flag\n", "[Service]\nExecStart=\nExecStart=/bin/new\n"),
    ("[Service]\nExecStart=/bin/old\n", "[Service]\nExecStart=/bin/new\n"),
    ("[Service]\nType=oneshot\nExecStart=/bin/one a\nExecStart=/bin/two b\n", None),
    ("[Service]\nEnvironment=OPTIONS='--a \"x y\" --b'\nExecStart=/bin/app $OPTIONS ${OPTIONS} x$OPTIONS\n", None),
    ('[Service]\nEnvironment="OPTIONS=--a \'x y\' --b"\nExecStart=/bin/app $OPTIONS\n', None),
    ("[Service]\nExecStart=app --relative-name\n", None),
    ("[Service]\nExecStart=bin/app\n", None),
    ("[Service]\nEnvironment=URL=postgresql://u:p%40x@h/d\nExecStart=/bin/app\n", None),
    ("[Service]\nEnvironment=URL=postgresql://u:p%%40x@h/d\nExecStart=/bin/app $URL\n", None),
    ("[Service]\nExecStart=/bin/sh -c 'exec app --port=$PORT \"$$HOME\"'\nEnvironment=PORT=80\n", None),
    ("[Service]\nWorkingDirectory=srv/app\nExecStart=/bin/app\n", None),
    ("[Service]\nWorkingDirectory=-srv/app\nExecStart=/bin/app\n", None),
    ("[Service]\nUser=a:b\nExecStart=/bin/app\n", None),
    ("[Service]\nExecStop=/bin/app stop\n", None),
    ("[Service]\nExecStop=/bin/app stop\nRemainAfterExit=yes\n", None),
    ("[Service]\nEnvironment='A=it''s' B=\"x\"y\nExecStart=/bin/app\n", None),
    ("\ufeff[Service]\nEnvironment=A=1\nExecStart=/bin/app\n", None),
    ("[Service\nExecStart=/bin/app\n", None),
    ("[Service]\nEnvironment=A=1 \\\n; comment\n\n  B=2\nExecStart=/bin/app\n", None),
    ("[Service]\nExecStart=/bin/app a ; /bin/other b\nType=oneshot\n", None),
    ("[Service]\nExecStart=/bin/app a \\; b\n", None),
    ("[Service]\nExecStart=/bin/app -e %i %p %n %N %%\n", None),
]


def assignment(random):
    quote = random.choice(["", "", '"', "'"])
    text = f"{random.choice(NAMES)}{random.choice(['=', '=', '=', '=', ''])}{random.choice(VALUES)}"
    if random.random() < 0.2:
        text += " " + random.choice(VALUES)
    return quote + text + (quote if random.random() < 0.95 else "")


def environment(random):
    separator = random.choice([" ", "  ", "\t", " \\\n", " \\\n# between\n  "])
    return "Environment=" + separator.join(assignment(random) for _ in range(random.randint(1, 3)))


def start(random):
    """What is started: the program, or one before or beside it."""
    separator = random.choice([" ", "  ", " \\\n    "])
    words = [random.choice(WORDS) for _ in range(random.randint(0, 5))]
    if random.random() < 0.1:
        words += [";", "/bin/true"]
    setting = random.choice(["ExecStart", "ExecStart", "ExecStart", "ExecStartPre", "ExecStartPost", "ExecCondition"])
    return setting + "=" + separator.join([random.choice(PREFIXES) + random.choice(PROGRAMS)] + words)


def unit(random):
    """(main file, drop-in or None)"""
    lines = ["[Service]"]
    for _ in range(random.randint(1, 6)):
        lines.append(random.choice([environment, environment, start, lambda r: r.choice(JUNK)])(random))
    if random.random() < 0.7:
        lines.append("ExecStart=/bin/echo " + " ".join(random.choice(WORDS) for _ in range(random.randint(0, 4))))
    end = random.choice(["\n", "\n", "\n", "\r\n"])
    dropin = None
    if random.random() < 0.2:
        dropin = "[Service]\n" + random.choice([environment, start])(random) + "\n"
    return end.join(lines) + (end if random.random() < 0.9 else ""), dropin
