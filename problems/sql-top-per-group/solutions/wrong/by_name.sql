-- Departments of one name are ranked together.
-- caught by: names, sample
WITH ranked AS (
    SELECT d.name AS department, e.name, e.salary,
           dense_rank() OVER (PARTITION BY d.name ORDER BY e.salary DESC) AS place
    FROM employee AS e JOIN department AS d ON d.id = e.dept_id
    WHERE salary IS NOT NULL
)
SELECT r.department, r.name AS employee, r.salary AS salary
FROM ranked AS r
WHERE r.place <= 3;
