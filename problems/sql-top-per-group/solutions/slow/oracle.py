# Word by word from the statement: an employee is in if fewer than three distinct salaries of their department are higher.
# caught by: perf
# lang: pypure


def top_salaries(employee, department):
    rows = []
    for dept in department:
        own = [row for row in employee if row["dept_id"] == dept["id"] and row["salary"] is not None]
        for row in own:
            higher = {other["salary"] for other in own if other["salary"] > row["salary"]}
            if len(higher) < 3:
                rows.append((dept["name"], row["name"], row["salary"]))
    return rows
