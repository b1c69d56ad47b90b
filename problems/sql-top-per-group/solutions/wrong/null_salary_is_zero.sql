-- Who has no salary has one of 0.
-- caught by: null
WITH ranked AS (
    SELECT dept_id, name, coalesce(salary, 0) AS salary,
           dense_rank() OVER (PARTITION BY dept_id ORDER BY coalesce(salary, 0) DESC) AS place
    FROM employee
    WHERE dept_id IS NOT NULL
)
SELECT d.name AS department, r.name AS employee, r.salary AS salary
FROM ranked AS r JOIN department AS d ON d.id = r.dept_id
WHERE r.place <= 3;
