# SPDX-License-Identifier: MIT
# packages: tools
# engines: t1
# beyond: qemu-aarch64 has no ptrace
# strace runs in the emulator, and what it traces as well. Programs of a native system give the same transcript.
# Without what differs from one run or machine to another: numbers of processes, addresses, the environment.
plain() {
    sed "s|${ROOT:-@}||g; s|^[^ ]*strace: |strace: |; s|0x[0-9a-f]*|ADDR|g; s|/\* [0-9]* vars \*/|VARS|; s|^\[pid *[0-9]*\] ||
        s|[Pp]rocess [0-9]*|process PID|; s|si_pid=[0-9]*|si_pid=PID|g; s|\(si_[us]time\)=[0-9]*|\1=N|g; s|^[0-9][0-9]* *||; s|= [0-9]\{3,\}\$|= PID|
        s|\(wait4(\)[0-9]\{2,\}|\1PID|; s|\(kill([0-9]\{2,\}\)|kill(PID|; s|  *= | = |; s|si_uid=[0-9]*|si_uid=UID|g"
}
# traced options program args...
traced() {
    echo "## strace $*" | plain
    SECONDS_EACH=60 guest strace -s 500 "$@" 2>&1 | plain
}
bin=$ROOT/usr/bin
traced -e trace=write,exit_group "$bin/echo" one two
traced -e trace=execve,exit_group "$bin/false"
traced -e trace=openat "$bin/cat" /nonexistent 2>&1 | grep nonexistent
traced -e trace=none -e signal=all "$bin/dash" -c 'kill -USR1 $$'
traced -e trace=none "$bin/dash" -c 'trap "echo caught" USR1; kill -USR1 $$; exit 5'
echo '## children'
SECONDS_EACH=60 guest strace -s 500 -f -o log -e trace=execve,exit_group -e signal=none \
    "$bin/dash" -c '"$0/echo" child; "$0/true"; (exit 3); "$0/false"' "$bin"
echo "-- status $?"
plain <log | sort
echo '## counts'
SECONDS_EACH=60 guest strace -c -f -o log "$bin/dash" -c '"$0/true"; "$0/true"' "$bin"
awk '$NF ~ /^(execve|exit_group)$/ { print $NF, $4 }' log | sort
echo '## attached'
# The guest's process itself, whose number this shell knows.
${EMULATOR:+"$EMULATOR" -L "$ROOT"} "$bin/sleep" 1000 &
sleeper=$!
until [ "$(cat "/proc/$sleeper/comm" 2>/dev/null)" = sleep ]; do sleep 0.1; done
sleep 1
SECONDS_EACH=60 guest strace -p "$sleeper" -o log 2>said &
tracer=$!
until grep -q attached said 2>/dev/null; do sleep 0.1; done
awk '/TracerPid/ { print $2 != 0 ? "traced" : "not traced" }' "/proc/$sleeper/status"
kill -TERM "$sleeper"
wait "$sleeper" 2>/dev/null
echo "-- status $?"
wait "$tracer"
tail -n 2 log | plain
