-- The textbook's subquery, once for each employee.
-- caught by: perf
SELECT d.name AS department, e.name AS employee, e.salary AS salary
FROM employee AS e JOIN department AS d ON d.id = e.dept_id
WHERE e.salary IS NOT NULL
  AND (SELECT count(DISTINCT other.salary) FROM employee AS other
       WHERE other.dept_id = e.dept_id AND other.salary > e.salary) < 3
