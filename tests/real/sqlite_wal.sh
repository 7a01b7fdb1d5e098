# SPDX-License-Identifier: MIT
# engines: t1
# A write-ahead log that two processes write and one reads at the same time, a process killed in the middle of it, a
# text index, and a table of half a million rows.
sql() {
    guest sqlite3 -batch -cmd '.timeout 60000' "$@"
}
sql shared.db 'PRAGMA journal_mode = WAL; CREATE TABLE log (who TEXT, n INT, UNIQUE (who, n)); CREATE TABLE total (s INT); INSERT INTO total VALUES (0);'
for who in a b; do
    awk -v who=$who 'BEGIN { for (i = 1; i <= 400; i++)
        printf "BEGIN IMMEDIATE; INSERT INTO log VALUES (%c%s%c, %d); UPDATE total SET s = s + %d; COMMIT;\n", 39, who, 39, i, i }' >$who.sql
    sql shared.db ".read $who.sql" >/dev/null &
    eval "$who=\$!"
done
# Whoever reads sees whole transactions only.
for i in 1 2 3 4 5; do
    sql shared.db 'SELECT count(*) FROM total WHERE s != (SELECT coalesce(sum(n), 0) FROM log)'
done
# shellcheck disable=SC2154
wait "$a" "$b"
sql shared.db 'SELECT who, count(*), sum(n) FROM log GROUP BY who; SELECT s FROM total; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA integrity_check'

echo '# killed'
mkfifo commands
guest_exec sqlite3 -batch shared.db <commands >said &
writer=$!
exec 5>commands
echo "BEGIN; INSERT INTO log SELECT 'c', n FROM log WHERE who = 'a'; UPDATE total SET s = -1; SELECT 'written';" >&5
for i in $(seq 300); do grep -q written said && break; sleep 0.1; done
kill -KILL "$(pgrep -P $writer)"
exec 5>&-
wait $writer
echo "status $?"
sql shared.db "SELECT count(*) FROM log WHERE who = 'c'; SELECT s FROM total; PRAGMA integrity_check"

echo '# many rows'
sql large.db <<'END'
PRAGMA journal_mode = WAL;
PRAGMA cache_size = 200;
CREATE TABLE t (id INTEGER PRIMARY KEY, k INT, v TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) INSERT INTO t SELECT i, i * 7919 % 500009, hex(i * 31) FROM n;
CREATE UNIQUE INDEX by_k ON t (k);
SELECT count(*), sum(k), min(v), max(v) FROM t;
SELECT count(*) FROM t a JOIN t b ON a.k = b.id WHERE a.id % 100 = 7;
SELECT id % 7, count(*), avg(length(v)) FROM t GROUP BY 1;
SELECT id FROM t ORDER BY v DESC, id LIMIT 3;
UPDATE t SET v = v || 'x' WHERE id % 5 = 0;
DELETE FROM t WHERE k % 3 = 0;
SELECT count(*), sum(length(v)) FROM t;
PRAGMA integrity_check;
CREATE VIRTUAL TABLE words USING fts5(body, tokenize = porter);
INSERT INTO words SELECT 'word' || (id % 97) || ' running number' || (id % 13) || ' ' || v FROM t WHERE id <= 20000;
SELECT count(*) FROM words WHERE words MATCH 'word5 AND number3';
SELECT count(*) FROM words WHERE words MATCH 'run AND word9*';
SELECT rowid, snippet(words, 0, '[', ']', '..', 3) FROM words WHERE words MATCH '"running number7"' ORDER BY rank, rowid LIMIT 2;
INSERT INTO words (words) VALUES ('integrity-check');
END
