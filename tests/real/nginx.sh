# SPDX-License-Identifier: MIT
# packages: servers
# engines: t1
# nginx: a master and two workers that serve files, compress, pass requests on and speak TLS to 50 connections at once;
# new workers at SIGHUP while a transfer runs, new logs at SIGUSR1, an orderly end. The client is emulated too.
. "$SOURCE_DIR/lib/server.sh"
new_port
plain=$port
new_port
secure=$port
mkdir logs www
sample_text 20000 >www/text
echo hello >www/small
guest openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout key.pem -out cert.pem \
    -days 2 2>/dev/null
cat >nginx.conf <<END
$([ "$(id -u)" != 0 ] || echo "user nobody $(id -gn nobody);")
worker_processes 2;
pid nginx.pid;
error_log logs/error.log notice;
events { worker_connections 256; }
http {
    access_log logs/access.log;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    gzip on; gzip_types *;
    server {
        listen 127.0.0.1:$plain;
        root www;
        sendfile on;
        location /slow/ { alias www/; limit_rate 400k; }
        location /moved { return 302 /small; }
        location /status { stub_status; }
    }
    server {
        listen 127.0.0.1:$secure ssl http2;
        ssl_certificate cert.pem;
        ssl_certificate_key key.pem;
        location / { proxy_pass http://127.0.0.1:$plain/; }
    }
}
END
# $SCRATCH and what is above it need not be open to the workers' user: the master opens the files it can.
chmod 755 . www
get() {
    guest curl -sS --max-time 60 "$@"
}
workers() {
    pgrep -P "$(cat nginx.pid)" | sort | paste -sd' '
}
two_others() {
    [ "$(workers | wc -w)" = 2 ] && [ "$(workers)" != "$1" ]
}

guest ../sbin/nginx -p "$PWD/" -c nginx.conf -t 2>&1 | grep -o 'test is successful'
serve nginx ../sbin/nginx -p "$PWD/" -c nginx.conf -g 'daemon off;'
within 30 get "http://127.0.0.1:$plain/small"
get -w '%{http_code}\n' "http://127.0.0.1:$plain/small"
get -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$plain/none"
get -L -w '%{http_code} %{num_redirects}\n' "http://127.0.0.1:$plain/moved"
get -r 100-140 "http://127.0.0.1:$plain/text"
get -o fetched "http://127.0.0.1:$plain/text" && cmp fetched www/text
get --compressed -o fetched "http://127.0.0.1:$plain/text" && cmp fetched www/text
get --cacert cert.pem --resolve "localhost:$secure:127.0.0.1" -w '%{http_version} %{http_code}\n' "https://localhost:$secure/small"

echo '# 50 connections at once'
get -Z --parallel-max 50 --parallel-immediate "http://127.0.0.1:$plain/text?[1-50]" -o 'a#1'
for i in $(seq 50); do cmp "a$i" www/text; done
get -Z --parallel-max 50 --parallel-immediate --http1.1 --insecure "https://127.0.0.1:$secure/text?[1-50]" -o 'b#1'
for i in $(seq 50); do cmp "b$i" www/text; done
get -Z --parallel-max 50 --parallel-immediate --insecure "https://127.0.0.1:$secure/small?[1-200]" -o 'c#1'
cat c[0-9]* | sort | uniq -c
# A guest that asks without a pause, in four threads: all that it tells of errors.
guest wrk -t 4 -c 50 -d 3 "http://127.0.0.1:$plain/text" >wrk.log 2>&1 || echo "wrk: status $?"
grep -iE 'error|non-2xx' wrk.log
grep -qE '^ *[1-9][0-9]{2,} requests in' wrk.log || cat wrk.log

echo '# reload'
before=$(workers)
get "http://127.0.0.1:$plain/slow/text" -o slow &
slow=$!
within 20 test -s slow
kill -HUP "$(cat nginx.pid)"
within 20 sh -c '[ "$(pgrep -P "$(cat nginx.pid)" | wc -l)" -gt 2 ]'
get "http://127.0.0.1:$plain/small"
wait $slow
echo "transfer: status $?"
cmp slow www/text
within 20 two_others "$before"

echo '# new logs'
grep -c ' 200 ' logs/access.log >lines
sed 's/^[1-9][0-9]\{2,\}$/hundreds of lines/' lines
mv logs/access.log logs/old.log
kill -USR1 "$(cat nginx.pid)"
within 20 test -e logs/access.log
get "http://127.0.0.1:$plain/small"
within 20 grep -q 'GET /small' logs/access.log

echo '# a worker is killed'
before=$(workers)
kill -KILL "${before#* }"
within 20 two_others "$before"
get "http://127.0.0.1:$plain/small"

kill -QUIT "$(cat nginx.pid)"
wait "$pid"
echo "status $?"
grep -c 'exited on signal' logs/error.log
grep -E '\[(alert|crit|emerg|error)\]' logs/error.log | grep -v -e 'exited on signal 9' -e 'www/none'
