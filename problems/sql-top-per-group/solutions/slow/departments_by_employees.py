# Looks at all employees once for each department.
# caught by: perf


def top_salaries(employee, department):
    employees = list(zip(employee["name"], employee["dept_id"], employee["salary"]))
    table = []
    for dept_id, name in zip(department["id"], department["name"]):
        salaries = {s for _, d, s in employees if d == dept_id and s is not None}
        best = sorted(salaries)[-3:]
        table += [(name, e, s) for e, d, s in employees if d == dept_id and s in best]
    return table
