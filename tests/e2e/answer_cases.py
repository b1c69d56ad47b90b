"""Solutions of the shipped problems that are not in this repository: right ones, and ones that are wrong in one rule.
Each wrong one must be caught by the group that is about its rule."""
import json
import os

from support import case, check, copy_problem, mljudge, source, write

_short = {}


def short(problem):
    """The problem without its perf groups, which take seconds each."""
    if problem not in _short:
        folder = copy_problem(problem)
        path = os.path.join(folder, "problem.json")
        with open(path, encoding="utf-8") as file:
            description = json.load(file)
        description["groups"] = [group for group in description["groups"] if not group["name"].startswith("perf")]
        write(path, json.dumps(description))
        _short[problem] = folder
    return _short[problem]


def answer(problem, title, text, wanted, caught_by=(), name="solution.py", options=()):
    """wanted: the verdict; caught_by: groups that must not be accepted."""
    @case(f"{problem}: {title}")
    def run():
        whole = wanted == "AC" or any(group.startswith("perf") for group in caught_by)
        run = mljudge("judge", problem if whole else short(problem), source(text, name), "--report", "json", "--seed",
                      "end-to-end seed", *options, timeout=150)
        report = run.json()
        bad = {group["name"] for group in report["groups"] if group["verdict"] != "AC"}
        check(report["verdict"] == wanted, f"verdict {report['verdict']}, not {wanted}; groups {sorted(bad)}", run)
        check(set(caught_by) <= bad, f"caught by {sorted(bad)}, not by {sorted(caught_by)}", run)
        check(run.code == (0 if wanted == "AC" else 1), f"exit code {run.code}", run)
        points = sum(group["points"] for group in report["groups"])
        check(report["score"] == points, "the score is not the sum of the points", run)


# ---- knn-classify ----

KNN = """import numpy as np

def knn_predict(X_train, y_train, X_test, k):
    n, m = X_train.shape[0], X_test.shape[0]
    out = np.full(m, -1, dtype=np.int64)
    if n == 0:
        return out
    {clip}
    labels, index = np.unique(y_train, return_inverse=True)
    for i in range(m):
        {distance}
        {order}
        votes = np.bincount(index[order], minlength=len(labels))
        {vote}
    return out
"""
PARTS = {
    "clip": "k = min(k, n)",
    "distance": "diff = X_train - X_test[i]; d = np.einsum('ij,ij->i', diff, diff)",
    "order": "order = np.argsort(d, kind='stable')[:k]",
    "vote": "out[i] = labels[np.argmax(votes)]",
}


def knn(**changes):
    return KNN.format(**{**PARTS, **changes})


PARTITIONED = ("if k < n:\n            cut = np.partition(d, k - 1)[k - 1]\n            near = np.flatnonzero(d < cut); "
               "level = np.flatnonzero(d == cut)\n            order = np.concatenate([near, level[:k - len(near)]])\n"
               "        else:\n            order = np.arange(n)")
answer("knn-classify", "right, by partition", knn(order=PARTITIONED), "AC")
answer("knn-classify", "k larger than n reads beyond", knn(clip="pass", order="order = [np.argsort(d, kind='stable')[j] for j in range(min(k, 10**5))]"),
       "RTE", ["edge"])
answer("knn-classify", "ties of distance by an unstable sort", knn(order="order = np.argsort(-d)[::-1][:k]"), "WA", ["tie"])
answer("knn-classify", "ties of votes go to the larger label", knn(
    vote="out[i] = labels[len(votes) - 1 - np.argmax(votes[::-1])]"), "WA", ["tie"])
answer("knn-classify", "single precision", knn(
    distance="diff = X_train.astype(np.float32) - X_test[i].astype(np.float32); d = (diff * diff).sum(axis=1)"), "WA", ["numeric"])
answer("knn-classify", "cancellation in x.x - 2 x.q + q.q", knn(
    distance="d = (X_train * X_train).sum(1) - 2 * X_train @ X_test[i] + X_test[i] @ X_test[i]"), "WA", ["numeric"])
answer("knn-classify", "one neighbour too few", knn(order="order = np.argsort(d, kind='stable')[:max(1, k - 1)]"), "WA", ["tie"])
answer("knn-classify", "Manhattan distance", knn(distance="d = np.abs(X_train - X_test[i]).sum(axis=1)"), "WA")
answer("knn-classify", "answers that ignore the input", "import numpy as np\ndef knn_predict(X_train, y_train, X_test, k):\n"
       "    return np.zeros(len(X_test), dtype=np.int64)\n", "WA", ["tie", "numeric", "edge"])
answer("knn-classify", "floats for labels", knn() + "\n_knn = knn_predict\ndef knn_predict(*a):\n    return _knn(*a).astype(float)\n",
       "WA", ["tie", "numeric", "edge"])

KNN_C = """#include "knn_predict.h"
#include <stdlib.h>

struct near {{ {real} d; size_t row; }};

static int by_label(const void *a, const void *b)
{{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}}

void knn_predict(const double *X_train, size_t n, size_t d, const int64_t *y_train, const double *X_test,
                 size_t m, int64_t k, int64_t *out)
{{
    size_t want = (uint64_t)k < n ? (size_t)k : n{fewer};
    struct near *best = malloc((want + 1) * sizeof *best);
    int64_t *label = malloc((want + 1) * sizeof *label);
    for (size_t i = 0; i < m; i++) {{
        size_t have = 0;
        for (size_t r = 0; r < n; r++) {{
            {real} s = 0;
            for (size_t j = 0; j < d; j++) {{
                {real} t = ({real})(X_train[r * d + j] - X_test[i * d + j]);
                s += t * t;
            }}
            if (have == want && !(s {less} best[have - 1].d))
                continue;
            size_t at = have < want ? have++ : have - 1;
            for (; at > 0 && s {less} best[at - 1].d; at--)
                best[at] = best[at - 1];
            best[at].d = s;
            best[at].row = r;
        }}
        for (size_t v = 0; v < have; v++)
            label[v] = y_train[best[v].row];
        qsort(label, have, sizeof *label, by_label);
        int64_t winner = -1;
        size_t most = 0;
        for (size_t v = 0, run = 0; v < have; v++) {{
            run = v > 0 && label[v] == label[v - 1] ? run + 1 : 1;
            if (run > most) {{
                most = run;
                winner = label[v];
            }}
        }}
        out[i] = winner;
    }}
    free(best);
    free(label);
}}
"""


def knn_c(real="double", less="<", fewer=""):
    return KNN_C.format(real=real, less=less, fewer=fewer)


answer("knn-classify", "C: right", knn_c(), "AC", name="a.c")
answer("knn-classify", "C: single precision", knn_c(real="float"), "WA", ["numeric"], name="a.c")
answer("knn-classify", "C: later rows win ties", knn_c(less="<="), "WA", ["tie"], name="a.c")
answer("knn-classify", "C: writes one element beyond the result", knn_c().replace("out[i] = winner;", "out[i + 1] = winner;"), "WA",
       ["tie", "edge"], name="a.c")
answer("knn-classify", "pypure: right", """def knn_predict(X_train, y_train, X_test, k):
    out = []
    for q in X_test:
        near = sorted((sum((a - b) * (a - b) for a, b in zip(x, q)), i) for i, x in enumerate(X_train))[:k]
        votes = {}
        for _, i in near:
            votes[y_train[i]] = votes.get(y_train[i], 0) + 1
        out.append(min(votes, key=lambda label: (-votes[label], label)) if votes else -1)
    return out
""", "AC", options=["--lang", "pypure"])

# ---- csv-groupby ----

CSV = """import csv

def csv_groupby(data):
    groups = {{}}
    with open(data, encoding={encoding!r}, newline={newline!r}) as file:
        reader = csv.reader(file)
        header = next(reader)
        region, amount = header.index('region'), header.index('amount')
        for row in reader:
            g = groups.setdefault({key}, [0, 0, 0.0, None, None])
            g[0] += 1
            text = row[amount]
            if {missing}:
                g[1] += 1
                continue
            v = {number}
            g[2] += v
            g[3] = v if g[3] is None or v < g[3] else g[3]
            g[4] = v if g[4] is None or v > g[4] else g[4]
    return [({name}, g[0], g[1], g[2] / {count} if g[0] > g[1] else None, g[3], g[4]) for key, g in sorted(groups.items()){order}]
"""
CSV_PARTS = {"encoding": "utf-8-sig", "newline": "", "key": "row[region]", "missing": "text == '' or text == 'NA'", "number": "float(text)",
             "count": "(g[0] - g[1])", "name": "key", "order": ""}


def groupby(**changes):
    return CSV.format(**{**CSV_PARTS, **changes})


answer("csv-groupby", "right", groupby(), "AC")
answer("csv-groupby", "mean over all rows", groupby(count="g[0]"), "WA", ["missing"])
answer("csv-groupby", "NA is a number's text only", groupby(missing="text == ''"), "RTE", ["missing"])
answer("csv-groupby", "lower-case na is missing, too", groupby(missing="text.upper() in ('', 'NA')", key="row[region].strip()"), "WA")
answer("csv-groupby", "byte order mark stays", groupby(encoding="utf-8"), "RTE", ["edge"])
answer("csv-groupby", "line ends inside quotes are changed", groupby(newline=None), "WA", ["quoting"])
answer("csv-groupby", "not ordered", groupby(order=" if True][::-1] and [(key, g[0], g[1], g[2] / (g[0] - g[1]) if g[0] > g[1] else None, g[3], g[4]) "
                                             "for key, g in groups.items()"), "WA")
answer("csv-groupby", "single precision", "import numpy as np\n" + groupby(number="float(np.float32(text))"), "WA")
answer("csv-groupby", "split at commas", """def csv_groupby(data):
    groups = {}
    with open(data, encoding='utf-8-sig') as file:
        header = next(file).rstrip('\\r\\n').split(',')
        r, a = header.index('region'), header.index('amount')
        for line in file:
            row = line.rstrip('\\r\\n').split(',')
            g = groups.setdefault(row[r], [0, []])
            g[0] += 1
            if row[a] not in ('', 'NA'):
                g[1].append(float(row[a]))
    return [(k, n, n - len(v), sum(v) / len(v) if v else None, min(v, default=None), max(v, default=None))
            for k, (n, v) in sorted(groups.items())]
""", "WA", ["sample", "quoting"])
answer("csv-groupby", "the whole file as a list of rows", """import csv
def csv_groupby(data):
    rows = list(csv.DictReader(open(data, encoding='utf-8-sig', newline='')))
    out = {}
    for row in rows:
        out.setdefault(row['region'], []).append(row['amount'])
    return [(k, len(v), sum(x in ('', 'NA') for x in v), None, None, None) for k, v in sorted(out.items())]
""", "WA", ["perf"])

CSV_C = """#include "csv_groupby.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct group { char *name; size_t length; int64_t n, missing; double sum, min, max; };
static struct group *groups;
static size_t n_groups, table_size;
static size_t *table;

static size_t hash(const char *p, size_t n)
{
    size_t h = 1469598103934665603u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 1099511628211u;
    return h;
}

static struct group *find(const char *p, size_t n)
{
    size_t at = hash(p, n) % table_size;
    for (; table[at]; at = (at + 1) % table_size) {
        struct group *g = &groups[table[at] - 1];
        if (g->length == n && memcmp(g->name, p, n) == 0)
            return g;
    }
    table[at] = ++n_groups;
    struct group *g = &groups[n_groups - 1];
    *g = (struct group){.name = malloc(n + 1), .length = n};
    memcpy(g->name, p, n);
    return g;
}

static int by_name(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    size_t n = x->length < y->length ? x->length : y->length;
    int c = memcmp(x->name, y->name, n);
    return c ? c : (x->length > y->length) - (x->length < y->length);
}

static FILE *file;
static char field[16384];
static size_t length;

/* Reads one field; returns what ended it: ',' '\\n' or EOF. */
static int next_field(void)
{
    length = 0;
    int c = getc_unlocked(file);
    if (c == '"') {
        for (;;) {
            c = getc_unlocked(file);
            if (c == '"' && (c = getc_unlocked(file)) != '"')
                break;
            if (c == EOF)
                break;
            field[length++] = (char)c;
        }
    } else {
        for (; c != ',' && c != '\\n' && c != '\\r' && c != EOF; c = getc_unlocked(file))
            field[length++] = (char)c;
    }
    if (c == '\\r')
        c = getc_unlocked(file);
    field[length] = 0;
    return c;
}

void csv_groupby(int data_fd, const char *data_path, struct mlj_out *out)
{
    (void)data_path;
    file = fdopen(data_fd, "r");
    table_size = 20011;
    table = calloc(table_size, sizeof *table);
    groups = calloc(6000, sizeof *groups);
    int region = -1, amount = -1, end = ',';
    for (int i = 0; end == ','; i++) {
        end = next_field();
        size_t skip = i == 0 && memcmp(field, "\\xef\\xbb\\xbf", 3) == 0 ? 3 : 0;
        if (skip && field[3] == '"') {
            memmove(field, field + 4, length - 4);
            length -= 5;
            field[length] = 0;
            skip = 0;
        }
        region = strcmp(field + skip, "region") == 0 ? i : region;
        amount = strcmp(field + skip, "amount") == 0 ? i : amount;
    }
    for (;;) {
        int c = getc_unlocked(file);
        if (c == EOF)
            break;
        ungetc(c, file);
        static char name[16384], number[64];
        size_t name_length = 0;
        end = ',';
        for (int i = 0; end == ','; i++) {
            end = next_field();
            if (i == region)
                memcpy(name, field, name_length = length);
            if (i == amount)
                memcpy(number, field, length < 63 ? length + 1 : 63);
        }
        struct group *g = find(name, name_length);
        g->n++;
        if (!number[0] || strcmp(number, "NA") == 0) {
            g->missing++;
            continue;
        }
        double v = strtod(number, NULL);
        int first = g->n - g->missing == 1;
        g->sum += v;
        g->min = first || v < g->min ? v : g->min;
        g->max = first || v > g->max ? v : g->max;
    }
    qsort(groups, n_groups, sizeof *groups, by_name);
    for (size_t i = 0; i < n_groups; i++) {
        struct group *g = &groups[i];
        double mean = g->sum / (double)(g->n - g->missing);
        int any = g->n > g->missing;
        csv_groupby_emit_row(out, (struct str){g->name, g->length}, g->n, g->missing, any ? &mean : NULL,
                             any ? &g->min : NULL, any ? &g->max : NULL);
    }
}
"""
answer("csv-groupby", "C: right", CSV_C, "AC", name="a.c")
answer("csv-groupby", "C: 0 for NULL", CSV_C.replace("any ? &g->min : NULL", "&g->min"), "WA", ["missing"], name="a.c")
answer("csv-groupby", "C: doubled quotes stay doubled", CSV_C.replace("if (c == EOF)\n                break;\n            field[length++]",
       "if (c == EOF)\n                break;\n            if (c == '\"')\n                field[length++] = '\"';\n            field[length++]"),
       "WA", ["quoting"], name="a.c")
answer("csv-groupby", "C: the whole file in memory", CSV_C.replace("table_size = 20011;",
       "table_size = 20011;\n    char *all = malloc(64 << 20);\n    size_t n = fread(all, 1, 64 << 20, file);\n    "
       "memset(all + n, 1, (64 << 20) - n);\n    rewind(file);\n    volatile char keep = all[n / 2];\n    (void)keep;"), "MLE", ["perf"], name="a.c")
