"""Random env files that press on quotes, escapes, comments, dollars, line ends and names."""

NAMES = ['A', 'B', 'K', 'V', 'HOSTVAR', 'HOSTEMPTY', 'NOPE', 'A_B', 'a', 'K1', '_x']
ODD_NAMES = ['a.b', 'a-b', '1A', 'A B', "'K'", '"K"', 'CLÉ', 'K+', 'A[0]', '', 'export', 'exportA', 'set', 'A%', '٣', '__proto__',
             'A\u00a0', 'DOTENV_LINEBREAK_MODE', '10', '9', '01', 'null']
BLANKS = [' ', '  ', '\t', ' \t', '\u00a0', '\u3000', '\v', '\f', '\x1c', '\u0085', '\u2028', '\ufeff', '\r']
LINE_ENDS = ['\n'] * 12 + ['\r\n'] * 3 + ['\r', '\n\n', ' \n', '\t\n', '\\\n', '']
WORDS = ['x', 'b', 'ab', 'v', '1', '0', 'é', '🔒', 'legacy', 'null', '=', ':', '/', '.', ',', '-', '+', '?', '*', '%', '@', '!',
         '~', '^', '[', ']', '{', '}', '{a,b}']
ESCAPES = ['\\n', '\\r', '\\t', '\\\\', '\\"', "\\'", '\\`', '\\$', '\\ ', '\\#', '\\a', '\\x41', '\\u00e9', '\\0', '\\012',
           '\\0101', '\\', '\\é', '\\z', '\\\\n', '\\\\"', "\\\\'"]
HASHES = ['#', ' #', ' # c', '# c', "#'", ' #"', '\t# c', ' #\\', ' # c # d']
OPERATORS = [':-', '-', ':+', '+', ':?', '?', ':=', '=', '%', '#', '/', '', ':', ':-', '-', ':+']


def variable(random, depth=0):
    """$NAME, ${NAME}, ${NAME:-word} and their broken relatives."""
    name = random.choice(NAMES + ['', 'a.b', '1', 'HOSTVARnull'])
    form = random.randrange(12)
    if form < 3:
        return '$' + name
    if form < 6:
        return '${' + name + '}'
    if form == 6:
        return random.choice(['$', '$$', '$$A', '${', '${}', '}', '$ ', '$1', '$9a', '${A', '$(', '$()', '$[', '$`'])
    if form == 7:
        return '\\' + random.choice(['$A', '${A}', '$', '${A:-b}'])
    word = ''.join(random.choice(WORDS + [' ', '"', "'", '$A']) for _ in range(random.randrange(3)))
    if depth < 3 and random.randrange(3) == 0:
        word += variable(random, depth + 1)
    return '${' + name + random.choice(OPERATORS) + word + random.choice(['}', '}', '}', '}}', ''])


def fragment(random):
    kind = random.randrange(20)
    if kind < 8:
        return random.choice(WORDS)
    if kind < 11:
        return random.choice(ESCAPES)
    if kind < 14:
        return variable(random)
    if kind < 16:
        return random.choice(HASHES)
    if kind < 18:
        return random.choice(['"', "'", '`', '""', "''"])
    return random.choice(BLANKS + [' '] * 8 + ['\n'] * 4)


def text(random, most):
    return ''.join(fragment(random) for _ in range(random.randrange(most + 1)))


def value(random):
    kind = random.randrange(10)
    if kind < 3:
        return text(random, 4)
    quote = random.choice(['"', '"', '"', "'", "'", '`'])
    inside = text(random, 5)
    if kind < 8:
        inside = inside.replace(quote, random.choice(['', '\\' + quote]))
    closing = '' if random.randrange(12) == 0 else quote
    behind = random.choice(['', '', '', '', ' ', ' # c', '#c', 'x', ' x', ' B=2', '\t', quote, ';', ' # it' + quote])
    return random.choice(['', '', '', ' ', '\t', '\n']) + quote + inside + closing + behind


def line(random):
    kind = random.randrange(24)
    if kind == 0:
        return random.choice(['', ' ', '# c', '# it\'s', '#', ';c', '\t# "c', '# c\\'])
    if kind == 1:
        return text(random, 3)
    name = random.choice(ODD_NAMES if random.randrange(8) == 0 else NAMES)
    if kind == 2:
        return random.choice(['', 'export ', ' ']) + name
    prefix = random.choice([''] * 12 + ['export '] * 4 + ['export  ', 'export\t', ' ', '\t', 'set ', '\u00a0'])
    separator = random.choice(['='] * 16 + [' = ', '= ', ' =', ': ', ':', '==', '+=', ' := ', '=\t', '\n='])
    return prefix + name + separator + value(random)


def file(random):
    """The bytes of one file."""
    out = random.choice([''] * 30 + ['\ufeff'])
    for _ in range(random.randrange(1, 6)):
        out += line(random) + random.choice(LINE_ENDS)
    data = bytearray(out.encode('utf-8'))
    if random.randrange(30) == 0:
        at = random.randrange(len(data) + 1)
        data[at:at] = random.choice([b'\xe9', b'\xff', b'\xe2\x80', b'\x80', b'\xf0\x9f', b'\xc2', b'\0', b'\xed\xa0\x80'])
    if random.randrange(300) == 0:
        data += b'L=' + b'x' * random.randrange(65520, 65550) + b'\nM=1\n'
    return bytes(data)


def safe_for_shell(data):
    """No operator that opens files or runs what is not a plain unknown word."""
    return not any(byte in data for byte in b'<>|*') and b'L=' not in data
