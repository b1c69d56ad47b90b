"""Names in a problem package: the slug, the title, the entry function and the arguments, replaced in every text of it.

A slug with a hyphen and an entry with an underscore are replaced wherever they stand.  Other names may be words of their own
(solve, k, y, data), so they are replaced only where they are meant: by syntax in Python, as identifiers in C and C++, as keys
in tests, in the signature and in comparators, in code in the statement."""
import ast
import io
import json
import os
import re
import tokenize

# What solutions get from headers; an argument of such a name keeps it.
OF_HEADERS = {"p", "n", "i", "data", "size", "rows", "cols", "flat", "values", "valid", "dims", "begin", "end", "first", "second",
              "front", "back", "index", "time", "y0", "y1", "gamma", "n_rows", "row", "out", "result", "at", "count", "min", "max"}
OF_TESTS = {"args", "expected", "note", "columns", "calls"}  # keys of a test's own
PROSE = {"a", "A", "I", "in", "is", "to", "of"}               # words of a comment
TAILS = ("", "_fd", "_path", "_valid", "_offsets")            # what C makes of an argument


class Names:
    """Old names to new ones."""

    def __init__(self, slug, entry, arguments):
        self.slug, self.entry, self.arguments = slug, entry, arguments  # (old, new), (old, new), {old: new}
        self.is_word = "_" not in entry[0]  # maybe of English
        self.entry_word = re.compile(r"(?<![A-Za-z0-9_])" + re.escape(entry[0]) + r"(?![A-Za-z0-9])")
        self.slug_word = re.compile(r"(?<![\w-])" + re.escape(slug[0]) + r"(?![\w-])")
        self.renames = {**arguments, entry[0]: entry[1]}
        self.word = re.compile(r"(?<![\w.])(" + "|".join(map(re.escape, self.renames)) + r")(?!\w)")
        prose = [name for name in arguments if name not in PROSE]
        self.prose = re.compile(r"(?<![\w.])(" + "|".join(map(re.escape, prose)) + r")(?!\w)") if prose else None

    def everywhere(self, text):
        if "-" in self.slug[0]:
            text = self.slug_word.sub(self.slug[1], text)
        return text if self.is_word else self.entry_word.sub(self.entry[1], text)

    def argument(self, name):
        return self.arguments.get(name, name)

    def in_words(self, text):
        return self.word.sub(lambda match: self.renames[match[1]], text)

    def in_prose(self, text):
        return self.prose.sub(lambda match: self.arguments[match[1]], text) if self.prose else text


# ---- which arguments can be renamed ----

def words_of(folder):
    """Every word of every text of the package."""
    words = set()
    for path in files_of(folder):
        text = read(path)
        if text is not None:
            words |= set(re.findall(r"[A-Za-z_]\w*", text))
    return words


def new_arguments(folder, problem):
    """{old: new} and the arguments that keep their names."""
    signature = problem.get("signature", {})
    if problem.get("entry", {}).get("kind") != "function" or not isinstance(signature.get("args"), dict):
        return {}, []
    fixed = OF_HEADERS | OF_TESTS
    returns = signature.get("returns")
    fixed |= set(returns) if isinstance(returns, dict) else set()
    for kind in [*signature["args"].values(), *(returns.values() if isinstance(returns, dict) else [returns])]:
        fixed |= set(re.findall(r"[{,]\s*(\w+)\s*:", str(kind)))  # columns
    if any(path.endswith(".sql") for path in files_of(folder)):  # there a table's name may be a column's as well
        fixed |= {name for name, kind in signature["args"].items() if kind == "csv" or kind.startswith("table")}
    words, new, kept = words_of(folder), {}, []
    for name in signature["args"]:
        candidates = [c for c in (name + "_in", "in_" + name, name + "_arg") if c not in words and len(c) <= 24]
        if name in fixed or not candidates:
            kept.append(name)
        else:
            new[name] = candidates[0]
    return new, kept


# ---- Python ----

class PythonEdits(ast.NodeVisitor):
    """Where in a Python source the arguments' names stand: (line, byte column, old, new)."""

    def __init__(self, text, names, by_key):
        self.by_key = by_key  # arguments come in a dict: "name" is one of them
        self.lines = [line.encode() for line in text.split("\n")]
        self.names, self.edits, self.in_class = names, [], False
        tree = ast.parse(text)
        self.functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} | {"dict"}
        self.visit(tree)

    def replace(self, line, column, old):
        new = self.names.renames.get(old, old)
        if new != old and self.lines[line - 1][column:column + len(old)] == old.encode():
            self.edits.append((line, column, old, new))

    def visit_Name(self, node):
        self.replace(node.lineno, node.col_offset, node.id)

    def visit_arg(self, node):
        self.replace(node.lineno, node.col_offset, node.arg)
        self.generic_visit(node)

    def visit_FunctionDef(self, node):
        match = re.compile(rb"def\s+").search(self.lines[node.lineno - 1], node.col_offset)
        if match and not self.in_class:
            self.replace(node.lineno, match.end(), node.name)
        outer, self.in_class = self.in_class, False
        self.generic_visit(node)
        self.in_class = outer

    def visit_ClassDef(self, node):
        match = re.compile(rb"class\s+").search(self.lines[node.lineno - 1], node.col_offset)
        if match:
            self.replace(node.lineno, match.end(), node.name)
        outer, self.in_class = self.in_class, True  # methods are attributes, which keep their names
        self.generic_visit(node)
        self.in_class = outer

    def visit_Global(self, node):
        for match in re.finditer(rb"\w+", self.lines[node.lineno - 1]):
            self.replace(node.lineno, match.start(), match[0].decode())

    visit_Nonlocal = visit_Global

    def visit_Call(self, node):
        ours = (isinstance(node.func, ast.Name) and node.func.id in self.functions
                or isinstance(node.func, ast.Attribute) and node.func.attr == "changed")  # of mljudge_checker.py
        for keyword in node.keywords:
            if ours and keyword.arg:
                self.replace(keyword.lineno, keyword.col_offset, keyword.arg)
        self.generic_visit(node)

    def visit_Constant(self, node):
        if self.by_key and isinstance(node.value, str) and node.value in self.names.arguments:
            at = self.lines[node.lineno - 1].find(node.value.encode(), node.col_offset)
            if 0 <= at - node.col_offset <= 4:
                self.replace(node.lineno, at, node.value)

    def visit_JoinedStr(self, node):
        """An f-string: positions inside it are of no use before Python 3.12."""
        for line in range(node.lineno, node.end_lineno + 1):
            text = self.lines[line - 1]
            first = node.col_offset if line == node.lineno else 0
            last = node.end_col_offset if line == node.end_lineno else len(text)
            for part in re.finditer(rb"\{[^{}]*\}", text[first:last]):
                for word in re.finditer(rb"(?<![\w.])[A-Za-z_]\w*", part[0]):
                    self.replace(line, first + part.start() + word.start(), word[0].decode())


def in_python(text, names, by_key):
    try:
        edits = PythonEdits(text, names, by_key)
    except SyntaxError:  # some solution may be wrong in just that way
        return text
    lines = edits.lines
    comments = comment_lines(text)
    for line, column, old, new in sorted(set(edits.edits), reverse=True):
        row = lines[line - 1]
        lines[line - 1] = row[:column] + new.encode() + row[column + len(old):]
    for line, comment in comments:
        row = lines[line - 1].decode()
        at = row.rindex(comment)
        lines[line - 1] = (row[:at] + names.in_prose(comment)).encode()
    return b"\n".join(lines).decode()


def comment_lines(text):
    """(line, text) of each comment; one that verify reads is left alone."""
    return [(token.start[0], token.string) for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT and not re.search(r"caught by:|lang:|score:", token.string)]


# ---- C, C++, Markdown, JSON ----

C_TOKEN = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[A-Za-z_]\w*|.""", re.S)
CLAIM = re.compile(r"[^\n]*(?:caught by:|lang:|score:)[^\n]*")


def in_c(text, names):
    tailed = {old + tail: new + tail for old, new in names.arguments.items() for tail in TAILS}
    for entry in names.entry:  # the struct of a table; everywhere() may have been there
        tailed.update({f"{entry}_{old}": f"{names.entry[1]}_{new}" for old, new in names.arguments.items()})

    def token(match):
        word = match[0]
        before = text[max(0, match.start() - 2):match.start()]
        ours = word == names.entry[0] or word.startswith(names.entry[0] + "_")
        if ours and word not in tailed and not before.endswith((".", "->", "::")):
            return names.entry[1] + word[len(names.entry[0]):]
        if word.startswith('"') and word[1:].startswith(names.entry[0] + ".h"):
            return '"' + names.entry[1] + word[1 + len(names.entry[0]):]
        if word.startswith(("/*", "//")):
            return "".join(part if CLAIM.fullmatch(part) else names.in_prose(part) for part in re.split(r"(\n)", word))
        return tailed.get(word, word)

    return C_TOKEN.sub(token, text)


def in_markdown(text, names):
    """In code: `spans`, fenced blocks, lines that are indented by four."""
    out, fenced = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        if fenced or line.startswith("    "):
            out.append(names.in_words(line))
        else:
            out.append(re.sub(r"`[^`]*`", lambda match: names.in_words(match[0]), line))
    return "\n".join(out)


def in_test(text, names):
    """Keys; numbers stay as they are written."""
    return re.sub(r'"(\w+)"(\s*:)', lambda match: f'"{names.argument(match[1])}"{match[2]}', text)


def in_comparator(value, names):
    """A comparator's parameters may name an argument, transposed or not."""
    if isinstance(value, dict):
        return {key: in_comparator(item, names) if key not in ("name", "file", "columns", "ordered_by", "returns") else
                (in_comparator(item, names) if key == "returns" else item) for key, item in value.items()}
    if isinstance(value, list):
        return [in_comparator(item, names) for item in value]
    if isinstance(value, str):
        return names.argument(value) if not value.endswith("'") else names.argument(value[:-1]) + "'"
    return value


def in_type(text, names):
    """A dimension that is an int argument."""
    return re.sub(r"\[([^\]]*)\]", lambda match: names.in_words(match[0]), text) if "{" not in text else text


def in_problem(problem, names, title):
    problem = dict(problem, version=1, title=title)
    problem["entry"] = dict(problem["entry"], name=names.entry[1])
    if names.arguments:
        signature = problem["signature"]
        returns = signature["returns"]
        problem["signature"] = dict(
            signature, args={names.argument(name): in_type(kind, names) for name, kind in signature["args"].items()},
            returns={name: in_type(kind, names) for name, kind in returns.items()} if isinstance(returns, dict)
            else in_type(returns, names))
        problem["comparator"] = in_comparator(problem.get("comparator"), names)
        problem["groups"] = [dict(group, comparator=in_comparator(group["comparator"], names)) if "comparator" in group else group
                             for group in problem["groups"]]
    return json_text(problem) + "\n"


def json_text(value, indent="", width=120):
    """JSON that a person would write: what fits on a line stands on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + len(indent) <= width and indent or not isinstance(value, (dict, list)) or not value:
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        items = [f"{json.dumps(key, ensure_ascii=False)}: {json_text(item, deeper, width)}" for key, item in value.items()]
    else:
        items = [json_text(item, deeper, width) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}{closing}"


# ---- a whole package ----

def files_of(folder):
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            yield os.path.join(where, name)


def read(path):
    """The text of a file, or None."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except UnicodeDecodeError:
        return None


def renamed(path, text, names, title):
    """The new text of one file; `path` is relative to the package."""
    if path == "problem.json":
        return names.everywhere(in_problem(json.loads(text), names, title))
    text = names.everywhere(text)
    if path.endswith(".py"):
        return in_python(text, names, by_key=not path.startswith(("solutions/", "starter/")))
    if path.endswith((".c", ".h", ".cpp", ".cc", ".cxx", ".hpp")):
        return in_c(text, names)
    if path == "statement.md":
        return re.sub(r"\A# [^\n]*", lambda match: "# " + title, in_markdown(text, names))
    if path.startswith("tests/") and path.endswith(".json"):
        return in_test(text, names)
    if path.endswith(".sql"):
        return re.sub(r":(\w+)", lambda match: ":" + names.argument(match[1]), text)
    return text
