-- caught by: sample, null, ties, types, many
WITH RECURSIVE big(x) AS (SELECT hex(zeroblob(2000)) UNION ALL SELECT x FROM big)
SELECT group_concat(x) AS label, 1 AS n, 0 AS n_null, 1 AS total, 1 AS best, 1 AS big FROM big
