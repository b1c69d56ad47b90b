-- No window: the greatest salary, the greatest below it, the greatest below that.
WITH first AS (
    SELECT dept_id, max(salary) AS salary FROM employee GROUP BY dept_id
), second AS (
    SELECT e.dept_id, max(e.salary) AS salary
    FROM employee AS e JOIN first AS f ON f.dept_id = e.dept_id AND e.salary < f.salary GROUP BY e.dept_id
), third AS (
    SELECT e.dept_id, max(e.salary) AS salary
    FROM employee AS e JOIN second AS s ON s.dept_id = e.dept_id AND e.salary < s.salary GROUP BY e.dept_id
), least AS (
    SELECT f.dept_id, coalesce(t.salary, s.salary, f.salary) AS salary
    FROM first AS f LEFT JOIN second AS s USING (dept_id) LEFT JOIN third AS t USING (dept_id)
)
SELECT d.name AS department, e.name AS employee, e.salary AS salary
FROM department AS d
JOIN least AS l ON l.dept_id = d.id
JOIN employee AS e ON e.dept_id = l.dept_id AND e.salary >= l.salary
