create table numbers(n integer primary key);
with recursive r(n) as (select 1 union all select n + 1 from r where n < 10000) insert into numbers select n from r;
create index by_rest on numbers(n % 7);
select 'done ' || max(total) from (select sum(n * n) over (order by n) as total from numbers where n < 10);
