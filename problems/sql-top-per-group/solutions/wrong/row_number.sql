-- Three rows a department, whoever has the same salary.
-- caught by: sample, tie, names, perf
WITH ranked AS (
    SELECT dept_id, name, salary,
           row_number() OVER (PARTITION BY dept_id ORDER BY salary DESC) AS place
    FROM employee
    WHERE salary IS NOT NULL AND dept_id IS NOT NULL
)
SELECT d.name AS department, r.name AS employee, r.salary AS salary
FROM ranked AS r JOIN department AS d ON d.id = r.dept_id
WHERE r.place <= 3;
