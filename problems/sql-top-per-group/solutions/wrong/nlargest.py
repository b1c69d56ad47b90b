# caught by: sample, tie, names, perf
# lang: pandas
# The three largest salaries, not the three largest that differ.
import pandas as pd


def top_salaries(employee, department):
    known = employee.dropna(subset=["dept_id", "salary"]).astype({"dept_id": "int64", "salary": "int64"})
    rows = known.merge(department, left_on="dept_id", right_on="id", suffixes=("_of_employee", "_of_department"))
    top = rows.sort_values("salary", ascending=False).groupby("dept_id").head(3)
    return pd.DataFrame({"department": top["name_of_department"], "employee": top["name_of_employee"], "salary": top["salary"]})
