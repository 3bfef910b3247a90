"""What a real browser makes of pages and pictures; speaks TAP. usage: look.py BOOTGATE (scripts/look)

A page of ours holds each of them in a frame of a given width and measures: nothing is wider than the frame, no two
texts of a picture lie on each other, text stands out from what is behind it, also in the dark. Screenshots stay in
build-look/ for whoever wants to see.
"""
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import pages

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
OUT = pages.TOP / "build-look"
MERMAID = OUT / "node_modules/mermaid/dist/mermaid.min.js"
SHOWN = ["dataland-bad", "automatos-good", "hostile", "fifteen"]
WIDTHS = {"wide": 1000, "narrow": 360}

MEASURE = """
<iframe id="frame" style="width:%(width)dpx;height:900px;border:0" srcdoc="%(page)s"></iframe>
<pre id="said"></pre>
<script>
function light(text) {
  const c = (text.match(/[\\d.]+/g) || [0, 0, 0]).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
  return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}
function contrast(a, b) {
  const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
document.getElementById("frame").onload = () => {
  const page = document.getElementById("frame").contentDocument, view = page.defaultView, faults = [];
  const paper = view.getComputedStyle(page.body).backgroundColor;
  const over = page.documentElement.scrollWidth - %(width)d;
  if (over > 0) faults.push("the page is " + over + " pixels too wide");
  for (const svg of page.querySelectorAll("svg.bootgate")) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map(t => [t, t.getBoundingClientRect()]).filter(([t, r]) => r.width);
    for (const [t, r] of texts)
      if (r.left < frame.left - 1 || r.right > frame.right + 1 || r.bottom > frame.bottom + 1)
        faults.push("outside of the picture: " + t.textContent);
    for (let i = 0; i < texts.length; i++)
      for (let j = 0; j < i; j++) {
        const [a, b] = [texts[i][1], texts[j][1]];
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5)
          faults.push("two texts in one place: " + texts[i][0].textContent + " / " + texts[j][0].textContent);
      }
  }
  for (const t of page.querySelectorAll("p, h1, h2, h3, li, code, svg text:not(.on)")) {
    const style = view.getComputedStyle(t);
    if (t.textContent.trim() && contrast(t.namespaceURI.includes("svg") ? style.fill : style.color, paper) < 4)
      faults.push("hard to read: " + t.textContent.trim().slice(0, 60));
  }
  document.getElementById("said").textContent = JSON.stringify({faults, paper});
};
</script>
"""
DRAW_MERMAID = """<pre id="said"></pre><script src="%(script)s"></script><script>
mermaid.initialize({startOnLoad: false, maxEdges: 5000, maxTextSize: 1000000});
mermaid.render("drawn", %(text)s).then(
  done => said.textContent = JSON.stringify({faults: [], boxes: new DOMParser().parseFromString(done.svg, "text/html").querySelectorAll("g.node").length}),
  fault => said.textContent = JSON.stringify({faults: [String(fault)]}));
</script>"""


def browse(scratch, *arguments):
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-sync",
               "--no-first-run", "--allow-file-access-from-files", f"--user-data-dir={scratch}/profile", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=180).stdout


def ask(scratch, text, dark=False):
    page = pathlib.Path(scratch, "ask.html")
    page.write_text(f"<!doctype html><meta charset=utf-8>{text}", encoding="utf-8")
    said = browse(scratch, *scheme(dark), "--virtual-time-budget=8000", "--dump-dom", page.as_uri())
    found = re.search(r'<pre id="said">(.*?)</pre>', said, re.S)
    if not found or not found.group(1):
        raise AssertionError("the browser said nothing")
    return json.loads(html.unescape(found.group(1)))


def scheme(dark):
    return [f"--blink-settings=preferredColorScheme={0 if dark else 1}"]


def framed(kind, text):
    return text if kind.endswith(".html") else f"<!doctype html><body style='margin:0;background:var(--paper)'>{text}"


def look_at(scratch, name, kind, text):
    papers = set()
    if kind == "graph.mmd":
        said = ask(scratch, DRAW_MERMAID % {"script": MERMAID.as_uri(), "text": json.dumps(text)})
        yield from said["faults"]
        if not said["faults"] and said["boxes"] != len(re.findall(r"^    n\d+_\d+[\[{]", text, re.M)):
            yield f"Mermaid drew {said['boxes']} boxes"
        return
    for shape, width in WIDTHS.items():
        if kind.endswith(".svg") and shape == "narrow":
            continue  # a picture has the width that it has; the page lets it be scrolled
        for dark in (False, True):
            page = framed(kind, text)
            width = max(width, *[int(found) for found in re.findall(r'<svg [^>]*width="(\d+)"', text)] or [0]) \
                if kind.endswith(".svg") else width
            said = ask(scratch, MEASURE % {"width": width, "page": html.escape(page)}, dark)
            yield from (f"{shape}, {'dark' if dark else 'light'}: {fault}" for fault in said["faults"][:10])
            papers.add((dark, said["paper"]))
            shot = OUT / f"{name}-{kind.replace('.', '-')}-{shape}-{'dark' if dark else 'light'}.png"
            file = pathlib.Path(scratch, "shot.html")
            file.write_text(page, encoding="utf-8")
            browse(scratch, *scheme(dark), f"--screenshot={shot}", f"--window-size={max(width, 500)},1600", file.as_uri())
    if len({paper for _, paper in papers}) != 2:
        yield f"light and dark look the same: {papers}"


def main():
    OUT.mkdir(exist_ok=True)
    failed = number = 0
    kinds = [kind for kind in pages.COMMANDS if kind != "graph.mmd" or MERMAID.is_file()]
    with tempfile.TemporaryDirectory() as scratch:
        found = pages.deployments(scratch)
        print(f"1..{len(SHOWN) * len(kinds)}")
        for name in SHOWN:
            for kind in kinds:
                number += 1
                text = pages.draw(PROGRAM, found[name], kind)
                try:
                    faults = list(look_at(scratch, name, kind, text)) if text else []
                except (AssertionError, ValueError, subprocess.SubprocessError) as fault:
                    faults = [f"{type(fault).__name__}: {fault}"]
                failed += bool(faults)
                print(f"{'not ' if faults else ''}ok {number} - {name} {kind}{'' if text else ' # SKIP nothing to draw'}")
                print("".join(f"# {fault}\n" for fault in faults), end="", flush=True)
    return 1 if failed else 0


sys.exit(main())
