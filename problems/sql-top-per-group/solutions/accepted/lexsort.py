# Sorted by department and falling salary; a rank grows where the salary changes and starts anew with a department.
import numpy as np


def top_salaries(employee, department):
    keep = np.array([d is not None and s is not None for d, s in zip(employee["dept_id"], employee["salary"])], dtype=bool)
    name = employee["name"][keep]
    dept = employee["dept_id"][keep].astype(np.int64)
    salary = employee["salary"][keep].astype(np.int64)
    order = np.lexsort((-salary, dept))
    dept, salary, name = dept[order], salary[order], name[order]
    new_dept = np.ones(len(dept), dtype=bool)
    new_dept[1:] = dept[1:] != dept[:-1]
    new_salary = new_dept.copy()
    new_salary[1:] |= salary[1:] != salary[:-1]
    place = np.cumsum(new_salary)
    starts = np.flatnonzero(new_dept)
    first = np.repeat(place[starts], np.diff(np.append(starts, len(dept))))
    names = dict(zip(department["id"].tolist(), department["name"]))
    chosen = np.flatnonzero(place - first < 3)
    return [(names[d], n, s) for d, n, s in zip(dept[chosen].tolist(), name[chosen], salary[chosen].tolist()) if d in names]
