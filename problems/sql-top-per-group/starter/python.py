# Python with NumPy.
#
# employee:   dict of arrays, n of each
#     id       int64
#     name     object (str)
#     dept_id  object (int or None)
#     salary   object (int or None)
# department: dict of arrays, m of each
#     id       int64
#     name     object (str)
# Return the table as a list of tuples (department, employee, salary) in any order, a list of dicts, or a dict of columns.


def top_salaries(employee, department):
    rows = []
    return rows
