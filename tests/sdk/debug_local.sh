# SPDX-License-Identifier: MIT
# labels: quick
# gdb's connection: a port is one of the loopback address, a path a socket that only its owner can open, and with a64kit debug gdb
# finds program and libraries, with no file named to it.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
a64cc -g -o hello hello.c
port=$((20000 + $$ % 20000))
while grep -qi ":$(printf %04X $port) " /proc/net/tcp; do
    port=$((port + 1))
done
for where in "$port" "$PWD/socket"; do
    "$A64RUN" -g "$where" ./hello >out 2>&1 &
    pid=$!
    tries=0
    until [ -S socket ] || grep -qi ":$(printf %04X "$port") " /proc/net/tcp; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || { kill $pid; fail "nothing listens at $where: $(cat out)"; }
        sleep 0.1
    done
    grep -i ":$(printf %04X "$port") .* 0A " /proc/net/tcp /proc/net/tcp6 >listeners || true
    kill $pid
    wait $pid || true
    if [ "$where" = "$port" ]; then
        [ "$(wc -l <listeners)" = 1 ] && grep -q ' 0100007F:' listeners || fail "listens at: $(cat listeners)"
    else
        [ ! -s listeners ] || fail "a port as well: $(cat listeners)"
        expect 'srw-------' sh -c 'ls -l socket | cut -c1-10'
    fi
done
command -v gdb-multiarch >/dev/null || exit 0
echo 'set debuginfod enabled off' >script
printf 'break main\ncontinue\ninfo sharedlibrary\nkill\n' >>script
cat >gdb <<EOF
#!/bin/sh
exec gdb-multiarch -nx "\$@" -ex 'source script' </dev/null
EOF
chmod +x gdb
GDB="$PWD/gdb" GDB_ARGS=-batch "$SOURCE_DIR/a64kit" debug ./hello >out 2>&1 || fail "$(cat out)"
grep -q 'Breakpoint 1, main' out && grep -q 'Yes.*libc.so.6' out || fail "$(cat out)"
! grep ' Killed' out || fail "the shell tells of the program that gdb killed"
