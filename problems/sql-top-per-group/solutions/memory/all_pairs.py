# Every employee beside every department, then those that belong together.
# caught by: perf
# lang: pypure
from heapq import nlargest


def top_salaries(employee, department):
    pairs = [(dept, row) for dept in department for row in employee]
    pairs = [(dept, row) for dept, row in pairs if row["dept_id"] == dept["id"] and row["salary"] is not None]
    salaries = {}
    for dept, row in pairs:
        salaries.setdefault(dept["id"], set()).add(row["salary"])
    best = {dept: nlargest(3, found) for dept, found in salaries.items()}
    return [(dept["name"], row["name"], row["salary"]) for dept, row in pairs if row["salary"] in best[dept["id"]]]
