# SPDX-License-Identifier: MIT
# packages: servers
# engines: t1
# beyond: its own check of fork and /proc/self/smaps refuses to start under qemu
# redis-server, its command line and its benchmark: data of every type, scripts, pipelines, messages, snapshots by
# fork, the append-only file, a crash report, and the same data after each restart.
. "$SOURCE_DIR/lib/server.sh"
new_port

start() {
    serve redis redis-server --port "$port" --bind 127.0.0.1 --dir "$PWD" --daemonize no --save '' --appendonly "$1" \
        --enable-debug-command yes
    within 60 grep -q 'Ready to accept' redis.log
}
cli() {
    guest redis-cli -p "$port" "$@"
}
try() {
    echo "> $*"
    cli "$@"
}
persisted() {
    cli info persistence | tr -d '\r' | grep -qx "$1"
}

start yes
try set count 41
try incr count
try append text 'some text'
try getrange text 2 6
try rpush list a b c d
try lrange list 1 -1
try sadd set x y z
try smismember set x q
try hset hash one 1 two 2
try hgetall hash
try zadd sorted 1 a 2.5 b -3 c
try zrangebyscore sorted -inf 2 withscores
try xadd stream 1-1 field value
try xrange stream - +
try geoadd places 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
try geodist places Palermo Catania km
try pfadd distinct a b c a
try pfcount distinct
try setbit bits 100 1
try bitpos bits 1
try set short-lived 1 px 50
within 10 sh -c '! "$@" | grep -q 1' - "$EMULATOR" -L "$ROOT" "$ROOT/usr/bin/redis-cli" -p "$port" exists short-lived
try eval 'local s = 0 for i = 1, 300000 do s = s + i * 0.5 end
    return {tostring(s), redis.call("get", KEYS[1]), cjson.encode({a = 1, b = {1, 2}}), bit.band(255, 15)}' 1 count
try eval 'return redis.call("no-such-command")' 0
try eval 'local t = {} while #t < 50000 do t[#t + 1] = tostring(#t) end table.sort(t) return {t[1], t[50000]}' 0

echo '# messages'
SECONDS_EACH=60 guest redis-cli -p "$port" psubscribe 'ch*' >subscriber &
within 20 grep -q psubscribe subscriber
within 20 sh -c '"$@" | grep -q 1' - "$EMULATOR" -L "$ROOT" "$ROOT/usr/bin/redis-cli" -p "$port" publish channel hello
within 10 grep -q hello subscriber
cat subscriber
try client kill type pubsub

echo '# pipelines and load'
awk 'BEGIN { for (i = 1; i <= 5000; i++) print "SET key" i, "value" i }' | cli --pipe
try debug populate 20000
try dbsize
for pipeline in 1 16; do
    guest redis-benchmark -p "$port" -q -n 4000 -c 50 -P $pipeline --threads 2 -t set,get,lpush,lrange_100,zadd |
        tr '\r' '\n' | sed -n 's/: [0-9.]* requests per second.*/ done/p'
done
cli del key:__rand_int__ mylist myzset myset >/dev/null

echo '# snapshots'
try bgsave
within 60 persisted rdb_bgsave_in_progress:0
persisted rdb_last_bgsave_status:ok && echo 'bgsave ok'
try bgrewriteaof
within 60 persisted aof_rewrite_in_progress:0
persisted aof_last_bgrewrite_status:ok && echo 'rewrite ok'
try set after-rewrite 1
cli debug digest >digest
cli shutdown
wait "$pid"
echo "status $?"
guest redis-check-aof "appendonlydir/$(ls appendonlydir | grep manifest)" | grep -o 'All AOF files.*valid'
guest redis-check-rdb dump.rdb | grep -o 'RDB looks OK.*'

start yes
cli debug digest | cmp - digest && echo 'the same data from the append-only file'
try save
try config set appendonly no
kill -TERM "$pid"
wait "$pid"
echo "status $?"
start no
cli debug digest | cmp - digest && echo 'the same data from the snapshot'

echo '# a crash'
cli debug segfault 2>/dev/null
wait "$pid" 2>/dev/null
grep -o 'crashed by signal: 11' redis.log
grep -o 'Backtrace:' redis.log
grep -c 'debugCommand' redis.log | sed 's/^[1-9][0-9]*/debugCommand is named/'
