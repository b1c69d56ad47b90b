# Looks up every department: not all are in the table.
# caught by: sample, edge, null, perf
from heapq import nlargest


def top_salaries(employee, department):
    names = dict(zip(department["id"].tolist(), department["name"]))
    salaries = {}
    rows = list(zip(employee["dept_id"], employee["name"], employee["salary"]))
    for dept, _, salary in rows:
        if dept is not None and salary is not None:
            salaries.setdefault(dept, set()).add(salary)
    best = {dept: nlargest(3, found) for dept, found in salaries.items()}
    return [(names[dept], name, salary) for dept, name, salary in rows if dept is not None and salary in best.get(dept, ())]
