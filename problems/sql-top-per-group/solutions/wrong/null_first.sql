-- NULL is ranked first, and the result leaves it out.
-- caught by: sample, null, perf
WITH ranked AS (
    SELECT dept_id, name, salary,
           dense_rank() OVER (PARTITION BY dept_id ORDER BY salary DESC NULLS FIRST) AS place
    FROM employee
    WHERE dept_id IS NOT NULL
)
SELECT d.name AS department, r.name AS employee, r.salary AS salary
FROM ranked AS r JOIN department AS d ON d.id = r.dept_id
WHERE r.place <= 3 AND r.salary IS NOT NULL;
