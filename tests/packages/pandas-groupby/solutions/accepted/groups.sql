WITH kinds AS (
    SELECT shop, kind, row_number() OVER (PARTITION BY shop ORDER BY count(*) DESC, kind) AS place
    FROM sales WHERE ok AND kind IS NOT NULL GROUP BY shop, kind
)
SELECT s.shop AS shop, count(*) AS n_sales, sum(s.n) AS n_sold, avg(s.price) AS mean_price,
       (SELECT kind FROM kinds AS k WHERE k.shop = s.shop AND k.place = 1) AS best, count(*) = count(s.price) AS all_priced
FROM sales AS s WHERE s.ok GROUP BY s.shop HAVING count(*) >= :least
