# Python with its standard library only.
#
# employee:   list of n dicts {"id": int, "name": str, "dept_id": int or None, "salary": int or None}
# department: list of m dicts {"id": int, "name": str}
# Return the table as a list of tuples (department, employee, salary) in any order, a list of dicts, or a dict of columns.


def top_salaries(employee, department):
    rows = []
    return rows
