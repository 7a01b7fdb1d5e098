# SPDX-License-Identifier: MIT
# packages: gcc
# engines: t1
# beyond: to ps and pgrep every program is qemu-aarch64
# What the tools of procps tell of another guest, and of themselves.
# Without the time limit of guest, which would be a process of its own.
${EMULATOR:+"$EMULATOR" -L "$ROOT"} "$ROOT/usr/bin/sleep" 100 &
sleeper=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
    [ "$(cat "/proc/$sleeper/comm")" = sleep ] && break
    sleep 0.3
done
# Only of this test's own: others may run at the same time.
mine() {
    guest "$@" 2>&1 | sed "s|$ROOT||g; s|\b$sleeper\b|PID|g; s|^ *||"
}
echo '## pgrep'
[ "$(guest pgrep -x sleep | grep -cx "$sleeper")" = 1 ] && echo found
[ "$(guest pgrep -f "$ROOT/usr/bin/sleep 100" | grep -cx "$sleeper")" = 1 ] && echo found by arguments
guest pgrep a64run | grep -cx "$sleeper"
echo '## ps'
mine ps -o pid,comm,args -p "$sleeper" -ww
guest ps -o vsz=,rss= -p "$sleeper" | awk '{ print ($1 > 1000 && $1 < 65536 && $2 > 100 && $2 < $1) ? "sizes of a small program" : $0 }'
echo '## pmap'
guest pmap "$sleeper" | awk '/a64run/ { print } / r-x--.* (sleep|libc.so.6|ld-linux-aarch64.so.1)$/ { print $3, $4 } /stack/ { print "stack" }'
echo '## top'
guest top -b -n 1 -p "$sleeper" | awk -v pid="$sleeper" '$1 == pid { print $12 }'
echo '## pwdx'
guest pwdx "$sleeper" | sed "s|^$sleeper: $PWD$|here|"
kill "$sleeper"
wait "$sleeper" 2>/dev/null
echo "-- status $?"
guest pgrep -x sleep | grep -cx "$sleeper"
