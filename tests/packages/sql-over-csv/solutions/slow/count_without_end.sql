-- caught by: sample, null, ties, types, many
WITH RECURSIVE big(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM big)
SELECT 'x' AS label, count(*) AS n, 0 AS n_null, sum(x) AS total, 1 AS best, 1 AS big FROM big
