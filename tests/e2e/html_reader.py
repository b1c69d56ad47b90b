"""Reads an HTML report as a browser would, with Python's own parser, and says what is wrong with it."""
import base64
import hashlib
import html.parser
import re

VOID = {"meta", "br", "hr"}
ELEMENTS = VOID | set("html head title style body a header main footer section h1 h2 h3 p span strong code pre div table caption thead "
                      "tbody tr th td dl dt dd ul li figure figcaption details summary "
                      "svg desc g text line rect circle path polyline".split())
ATTRIBUTES = set("lang charset http-equiv content name class id href scope colspan tabindex role aria-label aria-labelledby open "
                 "xmlns viewbox width height x y x1 y1 x2 y2 cx cy r d points text-anchor".split())
POLICY = "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'"


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.wrong, self.open, self.elements, self.data = [], [], [], []
        self.style = ""
        self.feed(text)
        self.close()
        if self.open:
            self.wrong.append(f"not closed: {self.open}")

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ELEMENTS:
            self.wrong.append(f"element <{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"attribute {name} of <{tag}>")
            if name == "href" and not value.startswith("#"):
                self.wrong.append(f"a link to elsewhere: {value}")
            if "//" in (value or "") and not (name == "xmlns" and value == "http://www.w3.org/2000/svg"):
                self.wrong.append(f"{name}={value!r}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes what is not open")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.data.append(data)

    def handle_comment(self, data):
        self.wrong.append(f"a comment: {data[:40]}")

    def handle_pi(self, data):
        self.wrong.append(f"<?{data[:40]}")

    def count(self, tag):
        return sum(name == tag for name, _ in self.elements)

    def text(self):
        return "".join(self.data)


def luminance(color):
    parts = [int(color[i:i + 2], 16) / 255 for i in (1, 3, 5)] if len(color) == 7 else [int(c * 2, 16) / 255 for c in color[1:]]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    """WCAG 2.1, "contrast ratio"."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def faults_of_style(style):
    if re.search(r"url\(|@import|@font-face|expression|<", style):
        yield "the style sheet fetches something"
    palettes = re.findall(r":root\{([^}]*--paper[^}]*)\}", style)
    if len(palettes) != 3:
        yield f"{len(palettes)} palettes: light, dark and print are needed"
    for palette in palettes:
        colors = dict(re.findall(r"--(\w+):(#[0-9a-f]+)", palette))
        for name in ("ink", "soft", "one", "two", "three", "four", "bad"):
            if contrast(colors[name], colors["paper"]) < 4.5:
                yield f"too little contrast: {name} {colors[name]} on {colors['paper']}"
    if "prefers-color-scheme:dark" not in style or "@media print" not in style or "max-width:34rem" not in style:
        yield "no dark, print or narrow style"


def faults(text):
    """Everything that is wrong; empty if nothing is."""
    page = Page(text)
    found = list(page.wrong)
    policies = [attrs["content"] for tag, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    if policies != [POLICY % digest]:
        found.append(f"policy {policies}, the style's hash is {digest}")
    found += faults_of_style(page.style)
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    if len(ids) != len(set(ids)):
        found.append(f"an id is there twice: {sorted(ids)}")
    for tag, attrs in page.elements:
        for name in attrs.get("aria-labelledby", "").split() + ([attrs["href"][1:]] if "href" in attrs else []):
            if name not in ids:
                found.append(f"nothing has the id {name!r}")
        if tag == "th" and "scope" not in attrs:
            found.append("a <th> without a scope")
        if tag == "svg" and attrs.get("role") != "img":
            found.append("a plot that is no image")
        if tag == "section" and not ("aria-labelledby" in attrs or "aria-label" in attrs):
            found.append("a section without a name")
    for tag in ("html", "head", "body", "header", "main", "footer", "h1", "style"):
        if page.count(tag) != 1:
            found.append(f"{page.count(tag)} times <{tag}>")
    if page.count("desc") != page.count("svg") or page.count("title") != page.count("svg") + 1 + page.count("g"):
        found.append("a plot without a title or description")
    if not text.startswith("<!DOCTYPE html>"):
        found.append("no doctype: quirks mode")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text):
        found.append("control characters")
    return found
