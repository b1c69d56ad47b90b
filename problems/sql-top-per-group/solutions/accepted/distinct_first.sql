-- The distinct salaries of each department, numbered; then everyone who has one of the first three.
SELECT d.name AS department, e.name AS employee, e.salary
FROM department AS d
JOIN (SELECT dept_id, salary, row_number() OVER (PARTITION BY dept_id ORDER BY salary DESC) AS place
      FROM (SELECT DISTINCT dept_id, salary FROM employee WHERE salary IS NOT NULL)) AS pay
  ON pay.dept_id = d.id AND pay.place <= 3
JOIN employee AS e ON e.dept_id = pay.dept_id AND e.salary = pay.salary
