"""The SQL harness: what goes in, what may come out, what is refused, and what hostile statements get."""
import os
import resource
import signal
import subprocess
import tempfile

import box
from box import NAN

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LANGUAGES = os.path.join(ROOT, "judge/languages")
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0"}
EMP = {"emp": "table{id:int, name:str?, pay:float?, boss:bool?}"}
ROWS = [{"id": [1, 2, 3], "name": ["a", "", None], "pay": [1.5, None, 2.0], "boss": [True, False, None]}]


class Sql:
    def __init__(self, tests, work):
        self.tests = tests
        self.harness = os.path.join(work, "harness-sql")
        self.sanitized = os.path.join(work, "harness-sql-sanitized")
        sources = [os.path.join(LANGUAGES, folder, f) for folder in ("sql", "c") for f in sorted(os.listdir(os.path.join(LANGUAGES, folder)))
                   if f.endswith(".c") and (folder, f) != ("c", "harness.c")]
        flags = ["-std=gnu17", "-O1", "-g", "-D_GNU_SOURCE", "-I" + ROOT, "-Wall", "-Wextra"]
        for name, more in [(self.harness, []), (self.sanitized, ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"])]:
            subprocess.run(["cc", *flags, *more, "-o", name, *sources, "-lsqlite3", "-lm"], check=True)

    def signature(self, args, returns, names=None):
        return {"entry": "solve", "flavour": "sql", "args": [box.parse_type(t, n) for n, t in args.items()],
                "returns": [box.parse_type(returns)], **({"names": names} if names else {})}

    def run(self, sql, args, returns, values=(), names=None, order=0, both=True, **options):
        env = {"MLJUDGE_ROW_ORDER": str(order)} if order else {}
        sql = sql if isinstance(sql, bytes) else sql.encode()
        signature = self.signature(args, returns, names)
        ended = box.run_harness([self.harness], env, signature, values, sql, **options)
        if both:
            again = box.run_harness([self.sanitized], env | SANITIZERS, signature, values, sql, **options)
            self.tests.check("sql: the sanitized harness does the same", (again.status, again.raw) == (ended.status, ended.raw), (sql, ended, again))
        return ended

    def result(self, name, sql, args, returns, values, want, **options):
        ended = self.run(sql, args, returns, values, **options)
        if self.tests.check("sql: " + name, ended.ready and ended.status == 0 and ended.kind == "result", ended):
            self.tests.equal("sql: " + name, ended.values, [want])

    def fault(self, name, code, said, sql, args=EMP, returns="table{x:int}", values=ROWS, **options):
        ended = self.run(sql, args, returns, values, **options)
        self.tests.check("sql: " + name, ended.ready and ended.status == 1 and ended.kind == "fault" and ended.fault[0] == code
                         and said in ended.fault[2] and ended.fault[2].isascii(), ended)
        if code == "SYNTAX" and "csv" not in args.values():
            status, text = self.check(sql, args, returns)
            place = ended.fault[2].split(": ")[0].removeprefix("line ").replace(", column ", ":")
            rest = ended.fault[2].partition(": ")[2]
            self.tests.check(f"sql: {name}, before any test", status == 1 and text == f"solution.sql:{place}: {rest}\n", (text, ended.fault))

    def check(self, sql, args=EMP, returns="table{x:int}"):
        sql = sql if isinstance(sql, bytes) else sql.encode()
        fds = {7: box.memfd(sql), 8: box.memfd(box.json.dumps(self.signature(args, returns)).encode())}
        ended = box.spawn([self.harness, "--check"], {}, fds, barrier=False)
        return ended.status, ended.stderr.decode()


def inputs(sql):
    whole = "table{id:int, name:str?, pay:float?, boss:bool?}"
    sql.result("a table comes back as it went in", "select * from emp", EMP, whole, ROWS,
               [[1, 2, 3], ["a", "", None], [1.5, None, 2.0], [True, False, None]])
    sql.result("an empty table", "select * from emp", EMP, whole, [{"id": [], "name": [], "pay": [], "boss": []}], [[], [], [], []])
    sql.result("declared types", "select typeof(id) a, typeof(name) b, typeof(pay) c, typeof(boss) d from emp where id = 1", EMP,
               "table{a:str, b:str, c:str, d:str}", ROWS, [["integer"], ["text"], ["real"], ["integer"]])
    sql.result("a real that is whole stays real", "select typeof(pay) x, pay / 4 y from emp where id = 3", EMP, "table{x:str, y:float}", ROWS,
               [["real"], [0.5]])
    sql.result("NULL is not ''", "select id x from emp where name is null union all select id from emp where name = ''", EMP, "table{x:int}", ROWS,
               [[3, 2]])
    sql.result("NaN is NULL, infinity is not", "select f is null x, f y from t", {"t": "table{f:float}"}, "table{x:bool, y:float?}",
               [{"f": [NAN, float("inf"), -float("inf"), -0.0]}], [[True, False, False, False], [None, float("inf"), -float("inf"), 0.0]])
    sql.result("64 bits", "select i x from t", {"t": "table{i:int}"}, "table{x:int}", [{"i": [2**63 - 1, -2**63]}], [[2**63 - 1, -2**63]])
    sql.result("UTF-8", "select s x from t where s = '\u00e9\u6771'", {"t": "table{s:str}"}, "table{x:str}", [{"s": ["\u00e9\u6771", "e"]}], [["\u00e9\u6771"]])
    sql.result("scalars", "select :k a, :f b, :s c, :b d, :n e, :m f, typeof(:f) g",
               {"k": "int", "f": "float", "s": "str", "b": "bool", "n": "int?", "m": "str?"},
               "table{a:int, b:float, c:str, d:bool, e:int?, f:str?, g:str}", [7, 2.0, "x'\";--", True, None, ""],
               [[7], [2.0], ["x'\";--"], [True], [None], [""], ["real"]])
    sql.result("two tables, one name in quotes", "select u.x from \"order\" u join t using (x)",
               {"order": "table{x:int}", "t": "table{x:int, select:str}"}, "table{x:int}",
               [{"x": [1, 2]}, {"x": [2, 3], "select": ["a", "b"]}], [[2]])
    sql.result("names in any case", "SELECT ID AS X FROM Emp WHERE Boss", EMP, "table{x:int}", ROWS, [[1]])


def csv(sql):
    args = {"data": "csv", "k": "int"}
    for name, text, query, returns, want in [
        ("text, all of it", b"a,b\n1,x\n", "select typeof(a) t, a, b from data", "table{t:str, a:str?, b:str?}", [["text"], ["1"], ["x"]]),
        ("empty is NULL, quoted empty is not", b'a,b\n,""\n', "select a is null x, b = '' y from data", "table{x:bool, y:bool}", [[True], [True]]),
        ("quotes, commas and line ends", b'"a","b"\r\n"1,""2""","x\r\ny\n"\r\n', "select a, b from data", "table{a:str, b:str}",
         [['1,"2"'], ["x\r\ny\n"]]),
        ("a byte order mark", b"\xef\xbb\xbfa\n1\n", "select a from data", "table{a:str}", [["1"]]),
        ("no last line end", b"a,b\n1,", "select a, b from data", "table{a:str, b:str?}", [["1"], [None]]),
        ("a header only", b"a,b", "select a from data", "table{a:str}", [[]]),
        ("an empty line of one column", b"a\n\n1\n", "select a from data", "table{a:str?}", [[None, "1"]]),
        ("names with spaces and quotes", b'"my ""a""",b c\n1,2\n', 'select "my ""a""" x, [b c] y from data', "table{x:str, y:str}", [["1"], ["2"]]),
        ("numbers by cast", b"a\n10\n9\nx\n\n", "select cast(a as integer) x from data where a glob '[0-9]*' order by 1", "table{x:int}", [[9, 10]]),
        ("a scalar beside it", b"a\n1\n2\n", "select a from data where a = cast(:k as text)", "table{a:str}", [["2"]]),
    ]:
        sql.result("csv: " + name, query, args, returns, [None, 2], want, csv=[text])
    rows = b"a\n" + b"".join(b'"r%d\n"\n' % i for i in range(50))
    for order in (1, 2, 3):
        ended = sql.run("select a from data", {"data": "csv"}, "table{a:str}", [None], csv=[rows], order=order)
        sql.tests.check(f"sql: csv: row order {order}", ended.kind == "result" and sorted(ended.values[0][0]) == sorted(f"r{i}\n" for i in range(50))
                        and ended.values[0][0][0] != "r0\n", ended)
    for name, text, said in [
        ("nothing", b"", "no header"), ("a short record", b"a,b\n1\n", "line 2: 1 fields where the header has 2"),
        ("a long record", b"a\n1\n1,2\n", "line 3: 2 fields"), ("two columns of a name", b"a,A\n", "two columns"),
        ("a column without a name", b"a,\n", "column 2 has no name"), ("an open quote", b'a\n"1\n', "line 2: a quoted field that does not end"),
        ("text behind a quote", b'a\n"1"x\n', "behind a closing quote"), ("a quote in a field", b'a\n1"\n', "a quote inside"),
        ("a lone CR", b"a\r1\n", "CR without LF"),
    ]:
        ended = sql.run("select 1", {"data": "csv"}, "table{x:int}", [None], csv=[text])
        sql.tests.check(f"sql: csv: {name} is the package's fault", not ended.ready and ended.status == 70 and said.encode() in ended.stderr, ended)
    sql.fault("csv: an unknown column", "SYNTAX", "no such column: z", "select z x from data", {"data": "csv"}, values=[None], csv=[b"a\n"])
    sql.tests.check("sql: csv: nothing to check a column against", sql.check("select z from data", {"data": "csv"})[0] == 0)


def results(sql):
    one = {"x": "int"}
    for name, declared, query, want in [
        ("INTEGER for float", "float", "select 3 x", 3.0), ("INTEGER for int", "int", "select 3 x", 3), ("a comparison for bool", "bool", "select 3 > 2 x", True),
        ("NULL for int?", "int?", "select null x", None), ("NULL for str?", "str?", "select null x", None), ("'' for str?", "str?", "select '' x", ""),
        ("0/0 is NULL", "float?", "select 0 / 0 x", None), ("a large INTEGER for float", "float", "select 9007199254740993 x", 9007199254740992.0),
    ]:
        sql.result(name, query, one, f"table{{x:{declared}}}", [1], [[want]])
    for name, declared, query, said in [
        ("REAL for int", "int", "select 3.0 x", "row [0], column x: a REAL where int is declared"),
        ("TEXT for int", "int", "select '3' x", "TEXT where int"), ("BLOB for str", "str", "select x'41' x", "a BLOB where str"), ("an empty BLOB for str", "str?", "select x'' x", "a BLOB where str?"),
        ("INTEGER for str", "str", "select 3 x", "an INTEGER where str"), ("REAL for bool", "bool", "select 1.0 x", "a REAL where bool"),
        ("2 for bool", "bool", "select 2 x", "another INTEGER where bool (0 or 1)"), ("TEXT for float", "float?", "select '1.5' x", "TEXT where float? is declared"),
        ("NULL for int", "int", "select 1 x union all select null", "row [1], column x: NULL where int"),
        ("NULL for float", "float", "select null x", "NULL where float"), ("NULL for str", "str", "select null x", "NULL where str"),
        ("two columns", "int", "select 1 x, 2 y", "2 columns, expected 1"), ("another name", "int", "select 1 y", "column 1 is called y, expected x (write AS x behind it)"),
        ("no name", "int", "select 1 + 1", "column 1 is called 1 + 1, expected x"),
    ]:
        sql.fault(name, "TYPE", said, query, one, f"table{{x:{declared}}}", [1])
    sql.result("any names", "select 1, 2", {}, "table{a:int, b:int}", [], [[1], [2]], names="any")
    sql.fault("any names, not any number", "TYPE", "1 columns, expected 2", "select 1", {}, "table{a:int, b:int}", [], names="any")
    sql.result("NUL inside a text is left to the judge", "select char(97, 0, 98) x", {}, "table{x:str}", [], [["a\0b"]])
    sql.result("values", "values (1), (2)", {}, "table{x:int}", [], [[1, 2]], names="any")


def statements(sql):
    for name, query in [
        ("a semicolon", "select 1 x;"), ("several", "select 1 x;;\n ; "), ("comments around", "-- a;b\n/* ; */ select 1 x; -- c;\n/* d */"),
        ("a comment that does not end", "select 1 x; /* select 2"), ("a comment inside", "select/**/1/*;*/x"),
        ("a semicolon in a string", "select 1 x where ';' <> ''';'';'"), ("in names", "select 1 x from (select 2 \";\", 3 `;;`, 4 [;;;])"),
        ("a byte order mark", "\ufeffselect 1 x"), ("a comment that looks closed", "select 1 /*/ ; */ x"), ("CR LF", "select 1 x\r\n;\r\n"),
        ("WITH", "with t(x) as (select 1) select x from t"), ("count of a WITH", "with t(x) as (values (5)) select count(*) x from t"),
        ("recursion", "with recursive t(x) as (select 1 union all select x + 1 from t where x < 1) select x from t"),
        ("upper case", "SELECT 1 X"), ("json", "select value x from json_each('[1]')"), ("no space", "select(1)x"),
    ]:
        sql.result("statement: " + name, query, {}, "table{x:int}", [], [[1]])
    for name, query, said in [
        ("nothing", "", "line 1, column 1: there is no statement"), ("comments only", " -- x\n/* y */", "there is no statement"),
        ("a semicolon first", ";select 1 x", "line 1, column 1: there is no statement"),
        ("two", "select 1 x;\nselect 2 x", "line 2, column 1: a second statement"), ("two behind comments", "select 1 x /* ; */; -- a\n x", "line 2, column 2: a second"),
        ("NUL", b"select 1 x\0 ; drop table emp", "line 1, column 11: a NUL byte"), ("explain", "explain select 1 x", "this begins with explain"),
        ("explain query plan", "EXPLAIN QUERY PLAN select 1 x", "this begins with EXPLAIN"), ("a dot command", ".read x", "this begins with ."),
        ("a parenthesis", "(select 1 x)", "this begins with ("), ("a comment, then attach", "/* select */ attach 'x' as y", "this begins with attach"),
        ("a syntax error", "select id x\nform emp", "line 2, column 1: near \"form\": syntax error"),
        ("columns are characters", "select '\u00e9\u00e9' x form", "syntax error"),
        ("an unknown column", "select id x,\n       nome from emp", "line 2, column 8: no such column: nome"),
        ("an unknown table", "select id x\nfrom epm", "line 2, column 6: no such table: epm (there is emp)"),
        ("an unknown function", "select median(pay) x from emp", "no such function: median"),
        ("a string in double quotes", "select id x from emp where name = \"a\"", "line 1, column 35: no such column: a (double quotes are for names; a string is in single quotes)"),
        ("an unknown parameter", "select :k x", "line 1, column 9: there is no parameter :k (a scalar argument is written :name)"),
        ("a question mark", "select ? x", "there is no parameter ?"), ("a numbered one", "select ?3 x", "there is no parameter ?"),
        ("a dollar", "select $a x", "there is no parameter $a"), ("a TCL variable", "select $a(;) x", "a second statement"),
        ("an open string", "select 'x; select 2", "unrecognized token"), ("incomplete", "select", "incomplete input"),
    ]:
        sql.fault("statement: " + name, "SYNTAX", said, query)
    for name, query in [("good", "select id x from emp"), ("a runtime error", "select abs(-9223372036854775808) x"), ("another type", "select 'a' y")]:
        sql.tests.equal(f"sql: checked before any test: {name}", sql.check(query), (0, ""))
    sql.fault("a runtime error", "EXCEPTION", "integer overflow", "select abs(-9223372036854775807 - id) x from emp")
    sql.fault("a string that is too long", "EXCEPTION", "too big", "select length(zeroblob(300 * 1000 * 1000 + id)) x from emp", both=False)


def attacks(sql):
    for name, query, said in [
        # S01, S02: files
        ("attach", "attach '/tmp/x' as y", "this begins with attach"), ("vacuum into", "vacuum into '/tmp/x'", "this begins with vacuum"),
        ("load_extension", "select load_extension('/tmp/x.so') x", "line 1, column 8: the function load_extension is not available"),
        ("readfile", "select readfile('/etc/passwd') x", "no such function: readfile"), ("writefile", "select writefile('a', 'b') x", "no such function: writefile"),
        ("edit", "select edit('a') x", "no such function: edit"), ("fts3_tokenizer", "select fts3_tokenizer('simple') x", "fts3_tokenizer"),
        ("fsdir", "select 1 x from fsdir('/')", "no such table: fsdir"), ("zipfile", "select 1 x from zipfile('a')", "no such table: zipfile"),
        ("dbstat", "select count(*) x from dbstat", "no such table: dbstat"), ("sqlite_dbpage", "select count(*) x from sqlite_dbpage", "no such table: sqlite_dbpage"),
        ("fts5vocab", "select 1 x from fts5vocab('a', 'row')", "no such table: fts5vocab"), ("sqlite_stmt", "select 1 x from sqlite_stmt", "no such table: sqlite_stmt"),
        # S03: pragmas
        ("pragma", "pragma writable_schema = 1", "this begins with pragma"), ("pragma as a table", "select 1 x from pragma_table_info('emp')", "of SQLite's own may not be read"),
        ("and its columns", "select name x from pragma_database_list", "of SQLite's own may not be read"),
        ("in a subquery", "select (select max(cid) from pragma_table_info('emp')) x", "may not be read"),
        ("pragma compile_options", "select compile_options x from pragma_compile_options", "may not be read"),
        # the schema
        ("sqlite_master", "select name x from sqlite_master", "line 1, column 20: the table sqlite_master may not be read"),
        ("sqlite_schema", "select count(*) x from sqlite_schema", "may not be read"), ("main.sqlite_master", "select 1 x from main.sqlite_master", "may not be read"),
        ("in quotes", "select 1 x from \"SQLite_Master\"", "may not be read"), ("sqlite_temp_master", "select 1 x from sqlite_temp_master", "may not be read"),
        ("sqlite_sequence", "select 1 x from sqlite_sequence", "sqlite_sequence"), ("joined", "select 1 x from emp, sqlite_master", "may not be read"),
        ("behind a WITH", "with t as (select sql x from sqlite_master) select x from t", "may not be read"),
        # writes
        ("insert", "insert into emp values (1, 'a', 1, 1)", "this begins with insert"), ("create", "create table t(x)", "this begins with create"),
        ("drop", "drop table emp", "this begins with drop"), ("a trigger", "create temp trigger t after insert on emp begin select 1; end", "this begins with create"),
        ("a WITH that inserts", "with t as (select 1) insert into emp(id) select * from t", "only a SELECT is allowed"),
        ("a WITH that deletes", "with t as (select 1) delete from emp returning id as x", "only a SELECT is allowed"),
        ("a WITH that updates", "with t as (select 1) update emp set id = 2 returning id as x", "only a SELECT is allowed"),
        ("replace", "replace into emp(id) values (1)", "this begins with replace"), ("begin", "begin", "this begins with begin"),
        # not functions of the input
        ("random", "select random() x", "the function random is not available"), ("randomblob", "select length(randomblob(9)) x", "randomblob is not available"),
        ("order by random", "select id x from emp order by random()", "random is not available"), ("current_timestamp", "select current_timestamp x", "not available"),
        ("changes", "select changes() x", "changes is not available"), ("sqlite_version", "select sqlite_version() x", "sqlite_version is not available"),
        ("sqlite_log", "select sqlite_log(1, 'a') x", "sqlite_log is not available"), ("hidden in a filter", "select id x from emp where id > (select total_changes())", "not available"),
        # the parser (S04)
        ("deep parentheses", "select " + "(" * 3000 + "1" + ")" * 3000 + " x", "parser stack overflow"), ("a deep expression", "select 1" + "+1" * 3000 + " x", "too large"),
        ("a deep subquery", "select * from (" * 400 + "select 1 x" + ")" * 400, "overflow"), ("many terms", "select 1 x" + " union all select 1" * 3000, "too many terms"),
        ("many columns", "select " + ",".join(["1"] * 3000) + " x", "too many columns"), ("many arguments", "select max(" + ",".join(["1"] * 300) + ") x", "too many arguments"),
        ("many views of one WITH", "with a as (select 1 x)" + "".join(f", a{i} as (select * from a{i - 1 if i else ''}, a{i - 1 if i else ''})" for i in range(30)) + " select x from a29", ""),
    ]:
        sql.fault("attack: " + name, "SYNTAX", said, query)
    sql.fault("attack: a pattern of many %", "EXCEPTION", "LIKE or GLOB pattern too complex", "select 1 x from emp where name like '%s'" % ("%a" * 600))
    sql.result("attack: there is no clock", "select date('now') x, strftime('%s') y, julianday('now') z", EMP, "table{x:str?, y:str?, z:float?}", ROWS, [[None], [None], [None]])
    sql.result("attack: a huge IN-list is answered", "select count(*) x from emp where id in (" + ",".join(map(str, range(30000))) + ")", EMP, "table{x:int}", ROWS, [[3]])
    for name, query in [("WITH bomb", "with recursive t(x) as (select 1 union all select x + 1 from t) select max(x) x from t"),
                        ("cross join bomb", "with t(x) as (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) select sum(a.x) x from "
                         + ", ".join(f"t {c}" for c in "abcdefghijkl"))]:
        ended = sql.run(query, EMP, "table{x:int}", ROWS, both=False, timeout_s=1.5)
        sql.tests.check(f"sql: attack: {name} runs until it is stopped", ended.status == -signal.SIGKILL and not ended.raw, ended)
    for name, query in [
        ("group_concat", "with recursive t(x) as (select 1 union all select x + 1 from t where x < 100000) select length(group_concat(hex(zeroblob(1000)))) x from t"),
        ("rows", "with recursive t(x) as (select 1 union all select x + 1 from t) select x from t"),
        ("a sort", "with recursive t(x) as (select 1 union all select x + 1 from t where x < 100000000) select x from t order by -x"),
        ("printf", "select length(printf('%.*c', 80000000, 'x')) x"),
        ("zeroblob", "select length(hex(zeroblob(100000000))) x")]:
        ended = sql.run(query, EMP, "table{x:int}", ROWS, both=False, before_go=lambda pid: resource.prlimit(pid, resource.RLIMIT_DATA, (64 << 20, 64 << 20)))
        sql.tests.check(f"sql: attack: {name} ends for want of memory", ended.status == 1 and ended.kind == "fault" and ended.fault[0] == "MEMORY", ended)


def orders(sql):
    table = {"t": "table{i:int}"}
    rows = [{"i": list(range(100))}]
    got = [sql.run("select i x from t", table, "table{x:int}", rows, order=order).values[0][0] for order in range(4)]
    sql.tests.check("sql: rows as given, reversed, shuffled, scanned backwards", got[0] == rows[0]["i"] and got[1] == got[0][::-1]
                    and sorted(got[2]) == got[0] and got[2] != got[0] and got[3] == got[0][::-1], got)
    got = [sql.run("select i x from t order by rowid", table, "table{x:int}", rows, order=order).values[0][0] for order in range(4)]
    sql.tests.check("sql: rowid counts the rows as they were put in", got[0] == got[3] == rows[0]["i"] and got[1] == got[0][::-1] != got[2], got)


def run(tests):
    with tempfile.TemporaryDirectory() as work:
        sql = Sql(tests, work)
        for part in (inputs, csv, results, statements, attacks, orders):
            part(sql)
