-- caught by: types, many
WITH number AS (
    SELECT CAST(id AS INTEGER) AS id, city, CAST(amount AS REAL) AS amount FROM data
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY city ORDER BY amount DESC NULLS LAST, id) AS place FROM number
)
SELECT c.label,
       count(r.id) AS n,
       count(r.id) - count(r.amount) AS n_null,
       sum(r.amount) AS total,
       max(CASE WHEN r.place = 1 AND r.amount IS NOT NULL THEN r.id END) AS best,
       coalesce(max(r.amount) >= :least, 0) AS big
FROM city AS c LEFT JOIN ranked AS r ON r.city = c.code COLLATE NOCASE
GROUP BY c.code;
