-- All pairs of colleagues, sorted, to count who earns more.
-- caught by: perf
WITH pair AS (
    SELECT a.id, b.salary FROM employee AS a JOIN employee AS b ON b.dept_id = a.dept_id AND b.salary > a.salary
), higher AS (
    SELECT id, count(*) AS n FROM (SELECT DISTINCT id, salary FROM pair) GROUP BY id
)
SELECT d.name AS department, e.name AS employee, e.salary AS salary
FROM employee AS e JOIN department AS d ON d.id = e.dept_id LEFT JOIN higher AS h ON h.id = e.id
WHERE e.salary IS NOT NULL AND coalesce(h.n, 0) < 3
