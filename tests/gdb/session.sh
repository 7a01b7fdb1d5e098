#!/bin/sh
# SPDX-License-Identifier: MIT
# session.sh SCRIPT.gdb: a session of gdb-multiarch with a program under a64run, by script. What gdb has to say stands in
# the script as lines "#= REGEX" (extended, of awk), which must be found in its output in this order, each in a later line
# than the one before. Other lines of the script's head:
#   # program: NAME ARGUMENTS   of programs/, the first thing that is debugged
#   # options: ...              of a64run
#   # target: port|socket|extended    how gdb connects (socket)
#   # status: N                 with which a64run ends (0); "any": does not matter
#   # gdb: no-file              gdb is told nothing of the program, and has all files through the connection
# Variables: A64RUN, BIN (programs), GDB, SCRATCH (a folder for this session), SYSROOT.
set -u
script=$1
mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 2
rm -f socket out.txt commands.gdb
say() { sed -n "s/^# $1: *//p" "$script" | head -1; }
program=$(say program)
target=$(say target)
status=$(say status)
address=$SCRATCH/socket
[ ${#address} -lt 100 ] || { address=$(mktemp -u /tmp/a64run-gdb.XXXXXX); }
if [ "$target" = port ]; then
    # One that is free now.
    address=$((20000 + $$ % 20000))
    while grep -qi ":$(printf %04X "$address") " /proc/net/tcp; do
        address=$((address + 1))
    done
fi
case $target in
port) connect="target remote localhost:$address" ;;
extended) connect="target extended-remote $address" ;;
*) connect="target remote $address" ;;
esac
{
    echo "set pagination off"
    echo "set confirm off"
    echo "set width 0"
    echo "set debuginfod enabled off"
    [ "$(say gdb)" = no-file ] || {
        echo "set sysroot $SYSROOT"
        echo "file \"$BIN/${program%% *}\""
    }
    sed "s|@BIN@|$BIN|g; s|@CONNECT@|$connect|g" "$script"
} >commands.gdb
patience=900 # looks, 20 a second: on a machine that has much else to do all takes its time
set -f
set -- $program
name=$1
shift
A64RUN_SAVED=off "$A64RUN" -L "$SYSROOT" $(say options) -g "$address" "$BIN/$name" "$@" >program.txt 2>&1 &
pid=$!
trap 'kill -9 $pid 2>/dev/null' EXIT
tries=0
while [ $tries -lt $patience ]; do
    if [ "$target" = port ]; then
        grep -qi "0100007F:$(printf %04X "$address") 00000000:0000 0A" /proc/net/tcp && break
    else
        [ -S "$address" ] && break
    fi
    kill -0 $pid 2>/dev/null || break
    sleep 0.05
    tries=$((tries + 1))
done
timeout 150 "$GDB" -nx -batch -x commands.gdb >out.txt 2>&1
echo "gdb ended with $?" >>out.txt
tries=0
while kill -0 $pid 2>/dev/null && [ $tries -lt $patience ]; do
    sleep 0.05
    tries=$((tries + 1))
done
if kill -0 $pid 2>/dev/null; then
    echo "the program still runs" >>out.txt
    kill -9 $pid
fi
wait $pid
ended=$?
trap - EXIT
bad=0
if [ "${status:-0}" != any ] && [ $ended -ne "${status:-0}" ]; then
    echo "FAIL: a64run ended with $ended, expected ${status:-0}"
    bad=1
fi
sed 's/^/program: /' program.txt >>out.txt
sed -n 's/^#= //p' "$script" >expected.txt
[ -s expected.txt ] || { echo "FAIL: the script expects nothing"; exit 2; }
awk 'NR == FNR { want[++n] = $0; next }
     at < n && $0 ~ want[at + 1] { at++ }
     END {
         if (at < n) { print "FAIL: not found (expectation " at + 1 " of " n "): " want[at + 1]; exit 1 }
         print n " expectations"
     }' expected.txt out.txt || bad=1
[ $bad -eq 0 ] || cat out.txt
exit $bad
