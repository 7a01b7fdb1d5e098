# SPDX-License-Identifier: MIT
# packages: servers
# engines: t1
# label: slow
# beyond: what the tests of the single servers say
# redis, nginx, PostgreSQL and memcached at the same time, each with clients of its own for half a minute: no client fails,
# every server answers at the end and leaves at once, and nothing of them stays behind.
. "$SOURCE_DIR/lib/server.sh"
if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || { echo 'skipped: root without setpriv cannot become another user' && exit 77; }
    user='setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/'
    mkdir db && chown 65534 db
    # shellcheck disable=SC2086
    $user sh -c 'test -w "$1" && test -x "$2" && test -r "$3/.complete"' - "$PWD/db" "$EMULATOR" "$ROOT" 2>/dev/null ||
        { echo "skipped: uid 65534 cannot read the folders of this test" && exit 77; }
fi
postgres() {
    program=$1
    shift
    AS=${user:-} guest ../lib/postgresql/15/bin/"$program" "$@"
}
postgres initdb -D "$PWD/db" -A trust -U me --locale=C -E UTF8 --no-sync >/dev/null 2>&1
new_port && redis=$port && new_port && web=$port && new_port && base=$port && new_port && cache=$port
mkdir logs www
sample_text 2000 >www/text
cat >nginx.conf <<END
$([ "$(id -u)" != 0 ] || echo "user nobody $(id -gn nobody);")
worker_processes 2; pid nginx.pid; error_log logs/error.log notice;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server { listen 127.0.0.1:$web; root www; }
}
END
cat >cache.pl <<'END'
use strict;
use IO::Socket::INET;
my ($port, $end) = ($ARGV[0], time + $ARGV[1]);
my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 20) or exit 1;
$socket->autoflush(1);
for (my $i = 0; time < $end || !$i; $i++) {
    my $value = "value $i " x (1 + $i % 300);
    my $key = "$$-" . $i % 500; # no other client's
    print $socket "set $key 0 0 ", length $value, "\r\n$value\r\nget $key\r\n";
    my @said = map { scalar <$socket> } 1 .. 4;
    exit 2 unless $said[0] eq "STORED\r\n" && $said[2] eq "$value\r\n";
}
END
SECONDS_EACH=240
serve redis redis-server --port "$redis" --bind 127.0.0.1 --dir "$PWD" --save '' --appendonly yes && redis_pid=$pid
serve nginx ../sbin/nginx -p "$PWD/" -c nginx.conf -g 'daemon off;' && nginx_pid=$pid
AS=${user:-}
serve postgres ../lib/postgresql/15/bin/postgres -D "$PWD/db" -p "$base" -h 127.0.0.1 -k '' -c fsync=off && postgres_pid=$pid
AS=''
serve memcached memcached -u nobody -l 127.0.0.1 -p "$cache" -U 0 -t 4 && memcached_pid=$pid
within 60 grep -q 'Ready to accept' redis.log
within 60 postgres psql -X -h 127.0.0.1 -p "$base" -U me -d postgres -c 'select 1'
within 60 guest curl -sf "http://127.0.0.1:$web/text"
within 60 guest perl cache.pl "$cache" 0
postgres pgbench -h 127.0.0.1 -p "$base" -U me -i -q postgres >/dev/null 2>&1

seconds=30
end=$(($(date +%s) + seconds))
until_end() {
    while [ "$(date +%s)" -lt $end ]; do
        "$@" || echo "failed: $*"
    done
}
load_redis() {
    guest redis-benchmark -p "$redis" -q -n 2000 -c 20 -t set,get,lpush,incr >/dev/null 2>&1 &&
        guest redis-cli -p "$redis" bgrewriteaof >/dev/null
}
load_web() {
    guest curl -sSf -Z --parallel-max 50 --parallel-immediate "http://127.0.0.1:$web/text?[1-100]" -o 'a#1' 2>curl.err && cmp a77 www/text
}
(until_end load_redis) &
one=$!
(until_end load_web) &
two=$!
postgres pgbench -h 127.0.0.1 -p "$base" -U me -c 4 -j 2 -T $seconds postgres >pgbench.out 2>&1 &
three=$!
guest perl cache.pl "$cache" $seconds &
four=$!
guest perl cache.pl "$cache" $seconds &
five=$!
for client in $one $two $three $four $five; do
    wait "$client"
    echo "client: status $?"
done
grep '^number of failed' pgbench.out

guest redis-cli -p "$redis" ping
guest curl -sf "http://127.0.0.1:$web/text" | cmp - www/text
postgres psql -X -h 127.0.0.1 -p "$base" -U me -d postgres -Atc 'select (select sum(abalance) from pgbench_accounts) = (select sum(delta) from pgbench_history)'
guest perl cache.pl "$cache" 0
echo "memcached: status $?"
kill -INT "$(head -n 1 db/postmaster.pid)"
kill -QUIT "$(cat nginx.pid)"
guest redis-cli -p "$redis" shutdown
kill -TERM "$memcached_pid"
for server in "$redis_pid" "$nginx_pid" "$postgres_pid" "$memcached_pid"; do
    wait "$server"
    echo "server: status $?"
done
# Helpers of theirs, such as a child that still writes a file, may go on for a moment.
none_left() {
    ! pgrep -f "127.0.0.1:$redis|$PWD/|-p $cache "
}
within 10 none_left
