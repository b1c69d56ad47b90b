"""Tests of sql-top-per-group.  All columns are exact, so no test needs a margin.  Each group has its own trouble and, perf aside, no other:
no ties outside of `tie` and `names`, no NULL outside of `null`, no name twice outside of `names`."""
import numpy as np

SALARY_MAX = 10**15


def validate(args):
    employee, department = args["employee"], args["department"]
    ids, dept_ids = list(employee["id"]), list(department["id"])
    assert len(ids) <= 100_000 and len(dept_ids) <= 1_000, "too large"
    assert len(set(ids)) == len(ids), "an employee's id is there twice"
    assert len(set(dept_ids)) == len(dept_ids), "a department's id is there twice"
    assert all(s is None or -SALARY_MAX <= s <= SALARY_MAX for s in employee["salary"]), "a salary out of range"


def make(rng, employees, departments, shuffle=True):
    """employees: (name, dept_id, salary); departments: (id, name).  Rows are shuffled, ids drawn."""
    order = rng.permutation(len(employees)) if shuffle else np.arange(len(employees))
    ids = rng.permutation(10 * len(employees) + 1)
    rows = [employees[i] for i in order]
    departments = [departments[i] for i in rng.permutation(len(departments))]
    return {
        "employee": {"id": [int(ids[i]) for i in range(len(rows))], "name": [r[0] for r in rows],
                     "dept_id": [r[1] for r in rows], "salary": [r[2] for r in rows]},
        "department": {"id": [d[0] for d in departments], "name": [d[1] for d in departments]},
    }


def dept_ids(rng, m, limit=2**62):
    ids = []
    while len(ids) < m:
        number = int(rng.randint(-limit, limit))
        if number not in ids:
            ids.append(number)
    return ids


def distinct_salaries(rng, n, low, high):
    """n different ones, in no order."""
    salaries = []
    while len(salaries) < n:
        salaries = list(dict.fromkeys(salaries + [int(s) for s in rng.randint(low, high, 2 * n + 2)]))[:n]
    return [salaries[i] for i in rng.permutation(n)]


def people(first, n):
    return ["p%d" % i for i in range(first, first + n)]


def edge_small_departments(rng):
    """0 to 5 employees each, no ties."""
    ids = dept_ids(rng, 40)
    employees = []
    for i, dept in enumerate(ids):
        n = i % 6
        employees += zip(people(len(employees), n), [dept] * n, distinct_salaries(rng, n, 1, 5000))
    return make(rng, employees, [(dept, "d%d" % i) for i, dept in enumerate(ids)])


def edge_extremes(rng):
    """Salaries of both signs up to the limits, ids that differ in their upper 32 bits only."""
    low = int(rng.randint(0, 2**31))
    ids = [low + (k << 32) for k in range(-8, 8)]
    employees = []
    for dept in ids:
        salaries = distinct_salaries(rng, 7, -SALARY_MAX, SALARY_MAX + 1)
        if rng.rand() < 0.5:
            salaries = [-abs(s) for s in salaries]
        employees += zip(people(len(employees), 7), [dept] * 7, salaries)
    return make(rng, employees, [(dept, "d%d" % i) for i, dept in enumerate(ids)])


def tie(rng, n, m, n_salaries):
    ids = dept_ids(rng, m, 1000)
    of = list(range(m)) + rng.randint(0, m, n - m).tolist()  # nobody's department is trouble of another group
    employees = [("p%d" % i, ids[of[i]], 100 * int(rng.randint(1, n_salaries + 1))) for i in range(n)]
    return make(rng, employees, [(dept, "d%d" % i) for i, dept in enumerate(ids)])


def null(rng, p_salary, p_dept, p_unknown, per_dept):
    """No ties.  per_dept employees each, some of them without a salary; then those of no department."""
    ids = dept_ids(rng, 31)
    unknown = ids.pop()
    employees = []
    for dept in ids:
        salaries = distinct_salaries(rng, per_dept, -50, 5000)
        salaries = [None if rng.rand() < p_salary else s for s in salaries]
        employees += zip(people(len(employees), per_dept), [dept] * per_dept, salaries)
    employees += [("q%d" % i, None, 6000 + i) for i in range(p_dept)]
    employees += [("r%d" % i, unknown, 7000 + i) for i in range(p_unknown)]
    return make(rng, employees, [(dept, "d%d" % i) for i, dept in enumerate(ids)])


NAMES = ["Sales", "sales", "", "R&D", "O'Hara", "a,b", '"x"', "\u6771\u4eac", "Caf\u00e9", "Cafe\u0301"]


def names_departments(rng):
    """Two to four departments of each name; names of employees and salaries are different."""
    ids = dept_ids(rng, 30)
    departments = [(dept, NAMES[i % len(NAMES)]) for i, dept in enumerate(ids)]
    salaries = distinct_salaries(rng, 240, 1, 100000)
    employees = [("p%d" % i, ids[i % 30], s) for i, s in enumerate(salaries)]
    return make(rng, employees, departments)


def names_employees(rng):
    """Namesakes with equal pay in the top three of every department."""
    ids = dept_ids(rng, 12)
    employees = []
    for dept in ids:
        salaries = sorted(distinct_salaries(rng, 6, 1, 5000), reverse=True)
        for salary in salaries:
            employees += [(NAMES[rng.randint(0, len(NAMES))], dept, salary)] * int(rng.randint(1, 4))
        employees += [("Ada", dept, salaries[1])] * 2
    return make(rng, employees, [(dept, "d%d" % i) for i, dept in enumerate(ids)])


def names_both(rng):
    """Equal rows out of two departments of one name."""
    ids = dept_ids(rng, 20)
    employees = [("Bo", dept, 1000 + 10 * k) for dept in ids for k in range(5)]
    return make(rng, employees, [(dept, NAMES[i % len(NAMES)]) for i, dept in enumerate(ids)])


def perf(rng, m, n=100_000):
    ids = np.array(dept_ids(rng, m + 1))
    which = rng.randint(0, m, n)
    which[rng.random_sample(n) < 0.01] = m  # unknown
    dept = ids[which].astype(object)
    salary = (30_000 + 10 * rng.randint(0, 2_000, n)).astype(object)
    dept[rng.random_sample(n) < 0.01] = None
    salary[rng.random_sample(n) < 0.01] = None
    return {
        "employee": {"id": rng.permutation(n), "name": ["employee %d" % i for i in range(n)], "dept_id": list(dept), "salary": list(salary)},
        "department": {"id": ids[:m], "name": ["department %d" % i for i in range(m)]},
    }


GENERATORS = {
    "edge": [edge_small_departments, edge_extremes],
    "tie": [lambda rng: tie(rng, 60, 4, 6), lambda rng: tie(rng, 200, 8, 40), lambda rng: tie(rng, 40, 10, 3),
            lambda rng: tie(rng, 1000, 20, 30)],
    "null": [lambda rng: null(rng, 0.4, 5, 5, 4), lambda rng: null(rng, 0.7, 0, 4, 3), lambda rng: null(rng, 0.1, 4, 0, 8)],
    "names": [names_departments, names_employees, names_both],
    "perf": [lambda rng: perf(rng, 200), lambda rng: perf(rng, 1000)],
}


def scale(rng, n):
    return perf(rng, n // 100, n)


def generate(rng, group, index):
    return GENERATORS[group][index](rng)
