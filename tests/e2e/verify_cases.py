"""mljudge verify: the kill matrix, and groups that reject nothing."""
import json

from support import case, check, mljudge, package


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
