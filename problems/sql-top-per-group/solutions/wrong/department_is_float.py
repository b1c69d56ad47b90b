# Ids as doubles, as a column with NULL becomes in a data frame.
# caught by: edge
import numpy as np


def top_salaries(employee, department):
    dept_ids = np.array(employee["dept_id"], dtype=float)  # None becomes NaN
    salaries = np.array(employee["salary"], dtype=float)   # at most 1e15: exact
    table = []
    for dept_id, name in zip(department["id"], department["name"]):
        members = np.flatnonzero((dept_ids == float(dept_id)) & ~np.isnan(salaries))
        best = np.unique(salaries[members])[-3:]
        table += [(name, employee["name"][i], int(salaries[i])) for i in members if salaries[i] in best]
    return table
