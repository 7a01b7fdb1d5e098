#!/bin/bash
# SPDX-License-Identifier: MIT
# stub.sh [--OPTION...] HOST:PORT PROGRAM ARGUMENTS: what gdb's test suite takes for gdbserver. It ends when all processes of the
# program have ended, as gdbserver does: with it ends their terminal.
while [[ $1 == --* ]]; do shift; done
port=${1##*:}
shift
# shellcheck disable=SC2086
$A64RUN -L "$SYSROOT" -g "$port" "$@" &
pid=$!
until grep -qi ":$(printf %04X "$port") 0*:0000 0A" /proc/net/tcp /proc/net/tcp6 2>/dev/null; do
    kill -0 $pid 2>/dev/null || break
    sleep 0.02
done
echo "Process $1 created; pid = $pid"
echo "Listening on port $port"
wait $pid
status=$?
session=$(ps -o sess= -p $$)
while ps -o comm= -s "$session" | grep -qvxE 'stub.sh|bash|ps|grep'; do sleep 0.1; done
exit $status
