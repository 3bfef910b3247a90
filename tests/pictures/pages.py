"""What is drawn, of which deployments, and what must hold of it whatever looks at it: for run.py and look.py."""
import html.parser
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree

TOP = pathlib.Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
COMMANDS = {"graph.svg": ["graph", "--format", "svg"], "graph.mmd": ["graph", "--format", "mermaid"],
            "budget.svg": ["budget", "--format", "svg"], "check.html": ["check", "--format", "html"]}
VOID = {"meta", "br", "hr", "img", "input", "link"}

# Names that a format could take for something else.
HOSTILE = '''name: odd
services:
  "a":
    image: 'x"><script>alert(1)</script>&amp;'
    environment:
      DATABASE_URL: "postgresql://u:Vq3kx92mwpL7aTz81@'><b>:5432/d"
      "X_URL": "redis://end\\"]|--end;#quot;%%{init}:6379"
    ports: ["127.0.0.1:80:80"]
  "b":
    image: "日本語/イメージ:とてもとてもとてもとてもとてもとても長い"
'''


def many(count):
    """A deployment of so many programs around a few stores."""
    lines = ["name: many", "services:"]
    lines += [f"  store{i}: {{image: 'postgres:16', environment: {{POSTGRES_PASSWORD: Qm7xT2vLp9Zs4Kd{i}}}}}"
              for i in range(4)]
    for i in range(count - 4):
        urls = ", ".join(f"DB{j}_URL: 'postgresql://postgres:Qm7xT2vLp9Zs4Kd{j}@store{j}/app'" for j in {i % 4, i * 7 % 4})
        lines.append(f"  app{i}: {{image: 'app:{i}', environment: {{APP_ENV: production, {urls}}}}}")
    return "\n".join(lines) + "\n"


def deployments(scratch):
    """name → folder"""
    found = {f"{path.parent.name}-{path.name}": path for path in sorted(TOP.glob("tests/systems/*/*"))
             if any(path.glob("*compose.yml"))}
    for name, text in (("hostile", HOSTILE), ("fifteen", many(15)), ("a-hundred", many(100)), ("too-many", many(1100))):
        folder = pathlib.Path(scratch, name)
        folder.mkdir()
        (folder / "compose.yml").write_text(text)
        found[name] = folder
    return found


def draw(program, folder, name):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    done = subprocess.run([program, *COMMANDS[name]], cwd=folder, env=environment, capture_output=True, check=False,
                          timeout=120)
    if done.returncode not in (0, 1):
        raise AssertionError(f"{name} of {folder}: exit {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode("utf-8")


def number(element, name):
    return float(element.get(name, "0"))


def svg_faults(text):
    """Well formed, nothing to fetch or to run, and nothing outside of the frame."""
    root = xml.etree.ElementTree.fromstring(text)
    width, height = number(root, "width"), number(root, "height")
    for element in root.iter():
        tag = element.tag.removeprefix(SVG)
        if tag not in ("svg", "title", "style", "rect", "g", "text", "line", "path", "circle"):
            yield f"an element {tag}"
        if [name for name in element.keys() if name.startswith("on") or name.endswith("href")]:
            yield f"{tag} with {sorted(element.keys())}"
        if tag == "rect" and (number(element, "x") < 0 or number(element, "x") + number(element, "width") > width
                              or number(element, "y") + number(element, "height") > height):
            yield f"a rectangle outside of {width:g} x {height:g}: {element.attrib}"
    if not root.findtext(f"{SVG}title"):
        yield "no title"


class Page(html.parser.HTMLParser):
    """Counts what opens and closes, and collects the pictures."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.tags, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.faults += [f"{tag} {name}" for name, _ in attrs if name.startswith("on") or name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        self.text.append(data)


def page_faults(text):
    page = Page()
    page.feed(text)
    page.close()
    yield from page.faults
    if page.open:
        yield f"left open: {page.open}"
    if "script" in page.tags or "link" in page.tags or "url(" in text or "@import" in text:
        yield "something runs or is fetched"
    if "default-src 'none'" not in text or 'name="viewport"' not in text:
        yield "no policy or no viewport"
    for picture in re.findall(r"<svg.*?</svg>", text, re.S):
        yield from svg_faults(picture)


def mermaid_faults(text):
    """Every line is of a form that Mermaid knows; labels hold nothing that it could take for a mark."""
    label = r'"(?:[^"<>|\[\]{}()#;`%]|#\d+;|<br/>)*"'
    forms = [r"flowchart LR", rf"  subgraph g\d+ \[{label}\]", r"  end", r"  classDef \w+ [\w:#,\- ]+",
             r"  class n\d+_\d+ \w+", r"  linkStyle \d+ [\w:#,\-]+", rf"    n\d+_\d+(\[{label}\]|\[\({label}\)\]|\{{\{{{label}\}}\}})",
             rf"    n\d+_\d+ (-->|-\.->)\|{label}\| n\d+_\d+"]
    for line in text.splitlines():
        if not any(re.fullmatch(form, line) for form in forms):
            yield f"what is this? {line}"


CHECKS = {"graph.svg": svg_faults, "budget.svg": svg_faults, "check.html": page_faults, "graph.mmd": mermaid_faults}
