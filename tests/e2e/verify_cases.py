"""mljudge verify: the kill matrix, and groups that reject nothing."""
import json

from support import TINY, case, check, judge, mljudge, package, problem_json


@case("verify --matrix, --strict, --report json: a group that rejects nothing is named")
def _():
    folder = package()
    mljudge("verify", "--seeds", "1", "--matrix", folder).expect(0, "note group more rejects no solution",
                                                                "note test more/1 rejects nothing")
    mljudge("verify", "--seeds", "1", "--strict", folder).expect(1, "BAD  group more rejects no solution", "1 not")
    run = mljudge("verify", "--seeds", "1", "--report", "json", folder).expect(0)
    problem = json.loads(run.out)["problems"][0]
    wrong = [row for row in problem["solutions"] if row["folder"] == "wrong"]
    check(wrong[0]["groups"] == {"sample": "WA", "hidden": "WA", "more": "AC"}, "the matrix is another", run)
    check([g["name"] for g in problem["groups"] if g["useless"]] == ["more"], "useless groups", run)
    mljudge("verify", "--report", "xml", folder).expect(2)


def sql_package(query, **changes):
    signature = {"args": {"t": "table{id:int, x:int?}"}, "returns": "table{id:int, x:int?}"}
    problem = {"version": 1, "title": "Rows", "entry": {"kind": "function", "name": "rows"}, "signature": signature, "languages": ["python", "sql"],
               "groups": [{"name": "sample", "points": 0}, {"name": "hidden", "points": 100}], "comparator": {"name": "rows", "ordered": False},
               "reference": "solutions/accepted/a.py", "check": "solutions/accepted/b.sql", **changes}
    one = {"columns": ["id", "x"], "rows": [[1, 5], [2, 5], [3, None]]}
    tests = {f"tests/{group}/1.json": json.dumps({"args": {"t": one}, "expected": {"columns": ["id", "x"], "rows": [[1, 5]]}})
             for group in ("sample", "hidden")}
    return package({**dict.fromkeys(TINY), **tests, "problem.json": json.dumps(problem),
                    "generator.py": "def validate(args):\n    pass\n", "solutions/accepted/a.py": "def rows(t):\n    return [(1, 5)]\n", "solutions/accepted/b.sql": query}, "rows")


@case("verify: an answer in SQL that depends on the order of the rows is a failure")
def _():
    good = sql_package("SELECT min(id) AS id, x FROM t WHERE x = (SELECT max(x) FROM t) GROUP BY x")
    mljudge("verify", "--seeds", "1", good).expect(0, "ok   accepted  b.sql", "0 not")
    for query, how in (("SELECT * FROM t ORDER BY x DESC LIMIT 1", "reversed"), ("SELECT * FROM t LIMIT 1", "scanned backwards"),
                       ("SELECT id, x FROM t ORDER BY rowid LIMIT 1", "reversed")):
        mljudge("verify", "--seeds", "1", sql_package(query)).expect(1, "depends on the order of the rows", f"test sample/1 {how} it is WA")
    mljudge("verify", "--seeds", "1", sql_package("SELECT id, x FROM t ORDER BY rowid LIMIT 1", sql={"row_order": "matters"})).expect(0)


@case("SQL: what does not prepare is CE, with its place; what is not offered is an error of the package")
def _():
    folder = sql_package("SELECT min(id) AS id, x FROM t WHERE x = 5 GROUP BY x")
    for text, said in [("SELECT id\nform t", 'sql:2:6: near "t": syntax error'), ("ATTACH 'x' AS y", "begins with ATTACH"), ("SELECT 1; SELECT 2", "a second statement"),
                       ("SELECT nome FROM t", "no such column: nome"), ("SELECT load_extension('x')", "load_extension is not available"),
                       ("SELECT sql AS id, 1 AS x FROM sqlite_master", "sqlite_master may not be read")]:
        run, report = judge(text, name="solution.sql", problem=folder)
        check(report["verdict"] == "CE" and said in report["compile"]["output"] and "solution.sql:" in report["compile"]["output"]
              and all(test["status"] == "skipped" for test in report["tests"]), said, run)
    for text, verdict in [("SELECT 1.0 AS id, 5 AS x", "WA"), ("SELECT id, x FROM t", "WA"), ("SELECT 1 AS id, x'00' AS x", "WA"),
                          ("SELECT 1 AS id, abs(-9223372036854775807 - 1) AS x", "RTE"),
                          ("WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT 1 AS id, max(x) AS x FROM r", "TLE"),
                          ("WITH RECURSIVE r(x) AS (SELECT hex(zeroblob(9999)) UNION ALL SELECT x FROM r) SELECT 1 AS id, length(group_concat(x)) AS x FROM r", "MLE")]:
        run, report = judge(text, name="solution.sql", problem=folder)
        check(report["verdict"] == verdict, f"{text}: {report['verdict']}", run)
    mljudge("judge", tiny_with_sql(), "-", "--lang", "sql").expect(3, "problem.json:", "SQL takes tables, csv and scalars")


def tiny_with_sql():
    return package({"problem.json": problem_json(languages=["python", "pypure", "c", "sql"])})


@case("verify --mutate: mutants of both references; survivors are listed and are no failure")
def _():
    weak = package({"tests/sample/1.json": '{"args": {"x": [0, 2]}, "expected": [0, 4]}', "tests/hidden/1.json": None,
                    "tests/more/1.json": '{"args": {"x": []}, "expected": []}',
                    "problem.json": problem_json(groups=[{"name": "sample", "points": 0}, {"name": "more", "points": 100}]),
                    "solutions/accepted/twice.py": "def twice(x):\n    return [v * 2 if v < 7 else v + v for v in x]\n",
                    "solutions/wrong/same.py": "# caught by: sample\ndef twice(x):\n    return x\n"})
    mljudge("verify", "--seeds", "1", "--mutate", weak).expect(0, "mutants: ", "killed", "sample ",
                                                                    "solutions/accepted/twice.py:2:24: boundary",
                                                                    "- return [v * 2 if v < 7 else v + v for v in x]",
                                                                    "+ return [v * 2 if v <= 7 else v + v for v in x]")
    json_run = mljudge("verify", "--seeds", "1", "--mutate", "--strict", "--report", "json", package()).expect(1)
    mutation = json.loads(json_run.out)["problems"][0]["mutation"]
    check(mutation["total"] == mutation["killed"] + mutation["invalid"] + len(mutation["survivors"]), "the sum", json_run)
    check(mutation["killed"] == sum(mutation["killed_by"].values()) > 5, "killed by", json_run)
    check(set(mutation["killed_by"]) == {"sample", "hidden", "more"}, "groups", json_run)
    few = mljudge("verify", "--seeds", "1", "--mutants", "3", "--report", "json", weak).expect(0)
    mutation = json.loads(few.out)["problems"][0]["mutation"]
    check(mutation["total"] == 6, "three of each reference", few)
    for survivor in mutation["survivors"]:
        check(set(survivor) == {"file", "line", "column", "kind", "original", "mutated"}, "a survivor's fields", few)
    mljudge("verify", "--mutants", "none", weak).expect(2)
    bad = package({"solutions/wrong/same.py": "# caught by: hidden\ndef twice(x):\n    return x\n"})
    run = mljudge("verify", "--seeds", "1", "--mutate", "--report", "json", bad).expect(1, stderr=["no mutants"])
    check("mutation" not in json.loads(run.out)["problems"][0], "mutants of a package that is not as expected", run)


@case("verify --mutate: mutants that never end are killed by the limit; nothing of them is left")
def _():
    loop = "def twice(x):\n    result = []\n    while len(result) < len(x):\n        result.append(2 * x[len(result)])\n    return result\n"
    run = mljudge("verify", "--seeds", "1", "--mutants", "40", "--report", "json", package({"solutions/accepted/twice.py": loop}),
                  timeout=120).expect(0)
    mutation = json.loads(run.out)["problems"][0]["mutation"]
    check(not [s for s in mutation["survivors"] if s["kind"] == "statement" and s["file"].endswith(".py")], "the endless one", run)
