# SPDX-License-Identifier: MIT
cat >program.sql <<'END'
PRAGMA journal_mode = DELETE;
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT, score REAL);
CREATE INDEX by_age ON people (age);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
INSERT INTO people SELECT i, 'name' || (i * 7919 % 1009), i * 31 % 90, i * 1.25 FROM n;
COMMIT;
SELECT count(*), sum(age), avg(score), min(name), max(name) FROM people;
SELECT age, count(*) c, round(avg(score), 3) FROM people GROUP BY age HAVING c > 33 ORDER BY c DESC, age LIMIT 5;
SELECT a.name, b.name FROM people a JOIN people b ON a.id = b.id * 2 WHERE a.age = 13 ORDER BY a.id LIMIT 4;
UPDATE people SET score = score * 2 WHERE age BETWEEN 10 AND 20;
DELETE FROM people WHERE name LIKE '%7';
SELECT count(*), total(score) FROM people;
SELECT name, row_number() OVER (ORDER BY score DESC), sum(age) OVER (ORDER BY id ROWS 2 PRECEDING) FROM people ORDER BY score DESC LIMIT 3;
SELECT printf('%05d|%.3f|%s|%x', 42, 3.14159, 'text', 255), hex(x'00ff10'), upper('abc'), substr('hello', 2, 3), replace('aXb', 'X', '-');
SELECT date('2024-02-28', '+2 days'), strftime('%s', '2000-01-01'), julianday('2000-01-01');
SELECT json_extract('{"a":[1,2,{"b":3}]}', '$.a[2].b'), json_group_array(age) FROM (SELECT age FROM people ORDER BY id LIMIT 5);
SELECT 9223372036854775807 + 1, 7 / 2, 7 % 3, -7 / 2, 1.0 / 3, 1e308 * 10, CAST('12abc' AS INTEGER), 0.1 + 0.2, sqrt(2), pi();
SELECT group_concat(name, ';') FROM (SELECT name FROM people WHERE age = 5 ORDER BY name LIMIT 5);
CREATE VIRTUAL TABLE docs USING fts5(body);
INSERT INTO docs VALUES ('the quick brown fox'), ('lazy dogs sleep'), ('quick lazy cats');
SELECT body FROM docs WHERE docs MATCH 'quick NOT brown OR sleep' ORDER BY rowid;
EXPLAIN QUERY PLAN SELECT * FROM people WHERE age = 5;
PRAGMA integrity_check;
VACUUM;
SELECT count(*) FROM sqlite_master;
SELECT * FROM missing_table;
END
step sqlite3 -batch test.db '.read program.sql'
step sqlite3 -csv -header test.db 'SELECT * FROM people WHERE id < 8'
step sqlite3 test.db .schema
step sqlite3 -json test.db 'SELECT id, name FROM people LIMIT 2'
step sqlite3 test.db .dump >dump
sed '/^##/d; /^--/d' dump >dump-clean
guest sqlite3 copy.db '.read dump-clean'
step sqlite3 copy.db 'SELECT count(*), sum(score) FROM people'
printf 'SELECT 1;\nSELECT 2;\n' | guest sqlite3 :memory:
