-- A subquery a column; integers where floats are declared are fine.
SELECT label,
  (SELECT count(*) FROM data WHERE city = code) AS n,
  (SELECT count(*) FROM data WHERE city = code AND amount IS NULL) AS n_null,
  (SELECT sum(amount) FROM data WHERE city = code) AS total,
  (SELECT CAST(id AS INTEGER) FROM data WHERE city = code AND amount IS NOT NULL
   ORDER BY CAST(amount AS REAL) DESC, CAST(id AS INTEGER) LIMIT 1) AS best,
  EXISTS (SELECT 1 FROM data WHERE city = code AND CAST(amount AS REAL) >= :least) AS BIG
FROM city
