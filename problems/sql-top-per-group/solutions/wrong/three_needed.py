# Only departments with three salaries.
# caught by: sample, edge, tie, null, names
# lang: pypure
from heapq import nlargest


def top_salaries(employee, department):
    names = {row["id"]: row["name"] for row in department}
    salaries = {}
    for row in employee:
        if row["salary"] is not None and row["dept_id"] in names:
            salaries.setdefault(row["dept_id"], set()).add(row["salary"])
    best = {dept: set(nlargest(3, found)) for dept, found in salaries.items() if len(found) >= 3}
    return [(names[row["dept_id"]], row["name"], row["salary"]) for row in employee
            if row["dept_id"] in best and row["salary"] in best[row["dept_id"]]]
