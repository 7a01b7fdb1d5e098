# SPDX-License-Identifier: MIT
# packages: servers
# engines: t1
# beyond: initdb starts postgres through popen, which qemu-aarch64 does only with binfmt_misc
# PostgreSQL: initdb, a server with shared memory of both kinds, pgbench from several clients, parallel workers, large
# results, locks and a deadlock, a backend that crashes and the recovery after it, an orderly end. It refuses to run as root.
. "$SOURCE_DIR/lib/server.sh"
new_port
if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || { echo 'skipped: root without setpriv cannot become another user' && exit 77; }
    AS='setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/'
    chown 65534 .
    # shellcheck disable=SC2086
    $AS sh -c 'test -w "$1" && test -x "$2" && test -r "$3/.complete"' - "$PWD" "$EMULATOR" "$ROOT" 2>/dev/null ||
        { echo "skipped: uid 65534 cannot read the folders of this test" && exit 77; }
fi
bin=../lib/postgresql/15/bin
guest $bin/initdb -D "$PWD/db" -A trust -U me --locale=C -E UTF8 --no-sync 2>&1 | grep -o 'Success. You can now start'
{
    echo "listen_addresses = '127.0.0.1'"
    echo "unix_socket_directories = ''"
    echo 'fsync = off'
    echo 'shared_buffers = 16MB'
    echo 'dynamic_shared_memory_type = posix'
    echo 'deadlock_timeout = 200ms'
} >>db/postgresql.conf
sql() {
    guest $bin/psql -X -h 127.0.0.1 -p "$port" -U me -d postgres -At "$@" 2>&1
}
backends() {
    sql -c "select count(*) from pg_stat_activity where query like '%$1%' and pid <> pg_backend_pid()"
}
waiting() {
    [ "$(backends "$1")" = "$2" ]
}

serve server $bin/postgres -D "$PWD/db" -p "$port"
within 60 sql -c 'select 1'
sql -c 'show server_encoding' -c 'select version()' | cut -c 1-13

echo '# pgbench'
guest $bin/pgbench -h 127.0.0.1 -p "$port" -U me -i -q -s 1 postgres 2>&1 | grep -o '^done'
guest $bin/pgbench -h 127.0.0.1 -p "$port" -U me -c 8 -j 2 -t 60 postgres 2>&1 | grep -E '^number of (trans|failed)'
guest $bin/pgbench -h 127.0.0.1 -p "$port" -U me -n -S -M prepared -C -c 4 -j 4 -t 10 postgres 2>&1 | grep -E '^number of (trans|failed)'
sql -c 'select (select sum(abalance) from pgbench_accounts) = (select sum(delta) from pgbench_history), (select sum(bbalance) from pgbench_branches) = (select sum(tbalance) from pgbench_tellers)'

echo '# queries'
sql <<'END'
select sum(x::bigint * x), avg(sqrt(x))::numeric(12, 6), string_agg(x::text, ',' order by x desc) filter (where x < 5) from generate_series(1, 50000) x;
select md5(string_agg(md5(x::text), '')) from generate_series(1, 20000) x;
select pow(2::numeric, 200), factorial(30), 1 / 3::numeric, exp(1::numeric), 'NaN'::float8 = 'NaN'::float8, 0.1::float4 + 0.2::float8;
select 1 / 0;
select x from generate_series(1, 3) x, lateral (select pg_sleep(0.01)) y;
select '{"a": [1, {"b": null}]}'::jsonb #> '{a,1}', to_tsvector('english', 'the quick brown foxes') @@ 'fox'::tsquery;
select timestamp '2024-02-28' + interval '2 days', to_char(date '2024-12-25', 'Day DD Month'), timestamptz '2024-07-01 12:00 UTC' at time zone 'Europe/Paris';
create table t (id int primary key, v text collate "C");
insert into t select x, repeat(md5(x::text), 1 + x % 200) from generate_series(1, 3000) x;
create index on t using hash (v);
select count(*), sum(length(v)) from t where v > '8';
do $$ declare s bigint := 0; begin for i in 1 .. 200000 loop s := s + i % 7; end loop; raise notice 'sum %', s; end $$;
begin; delete from t; savepoint a; insert into t values (1, 'one'); rollback to a; rollback; select count(*) from t;
set max_parallel_workers_per_gather = 2; set min_parallel_table_scan_size = 0; set parallel_setup_cost = 0; set parallel_tuple_cost = 0;
explain (costs off) select count(*), sum(aid) from pgbench_accounts where aid % 7 = 3;
select count(*), sum(aid) from pgbench_accounts where aid % 7 = 3;
set statement_timeout = 100;
select pg_sleep(30);
END
sql -c '\copy t to t.copy'
sql -c 'create table u (like t)' -c '\copy u from t.copy' -c 'select count(*) from u natural join t'

echo '# locks'
sql -c "begin; update t set v = '' where id = 1; select pg_sleep(0.5) as first; update t set v = '' where id = 2; commit" >one &
one=$!
sql -c "begin; update t set v = '' where id = 2; select pg_sleep(0.5) as first; update t set v = '' where id = 1; commit" >two
wait $one
cat one two | grep -c 'deadlock detected'

echo '# a backend crashes'
sql -c 'select pg_sleep(100) as bystander' >bystander &
within 30 waiting bystander 1
sql -c 'select pg_sleep(100) as victim' >victim &
within 30 waiting victim 1
victim=$(sql -c "select pid from pg_stat_activity where query like '%victim%' and pid <> pg_backend_pid()")
kill -SEGV "$victim"
within 60 grep -q 'automatic recovery in progress' server.log
within 30 grep -q lost bystander
grep -o 'terminated by signal 11' server.log
grep -o 'because of crash of another server process' bystander
grep -o 'automatic recovery in progress' server.log
within 60 sql -c 'select 1'
sql -c 'select count(*) from pgbench_history' -c 'select count(*) from t'

kill -INT "$(head -n 1 db/postmaster.pid)"
wait "$pid"
echo "status $?"
grep -c 'database system is shut down' server.log
guest $bin/pg_controldata -D "$PWD/db" | grep 'cluster state'
