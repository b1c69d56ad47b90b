# lang: pandas
# A dense rank in each department; ids become int64 again when NULL is gone.
import pandas as pd


def top_salaries(employee, department):
    known = employee.dropna(subset=["dept_id", "salary"]).astype({"dept_id": "int64", "salary": "int64"})
    rows = known.merge(department, left_on="dept_id", right_on="id", suffixes=("_of_employee", "_of_department"))
    place = rows.groupby("dept_id")["salary"].rank(method="dense", ascending=False)
    top = rows[place <= 3]
    return pd.DataFrame({"department": top["name_of_department"], "employee": top["name_of_employee"], "salary": top["salary"]})
