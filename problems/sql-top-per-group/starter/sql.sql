-- One SELECT on SQLite.  Tables:
--
--     employee(id INTEGER, name TEXT, dept_id INTEGER, salary INTEGER)    dept_id and salary may be NULL
--     department(id INTEGER, name TEXT)
--
-- The result has the columns department, employee and salary; its rows may stand in any order.
SELECT d.name AS department, e.name AS employee, e.salary AS salary
FROM employee AS e JOIN department AS d ON d.id = e.dept_id
WHERE e.salary IS NOT NULL
