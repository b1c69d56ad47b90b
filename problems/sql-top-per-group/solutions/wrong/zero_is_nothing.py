# 0 is taken for no salary.
# caught by: edge
# lang: pypure
from heapq import nlargest


def top_salaries(employee, department):
    names = {row["id"]: row["name"] for row in department}
    salaries = {}
    for row in employee:
        if row["salary"] and row["dept_id"] in names:
            salaries.setdefault(row["dept_id"], set()).add(row["salary"])
    best = {dept: set(nlargest(3, found)) for dept, found in salaries.items()}
    return [(names[row["dept_id"]], row["name"], row["salary"]) for row in employee
            if row["dept_id"] in best and row["salary"] in best[row["dept_id"]]]
