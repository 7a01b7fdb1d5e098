# SPDX-License-Identifier: MIT
# WCOREDUMP, CLD_DUMPED of waitid and of SIGCHLD: of children that have left a core file, and of no others; and nobody has
# the host's kernel write one of the emulator.
. "$SOURCE_DIR/lib/common.sh"
mkdir there
cd there || exit 2
told() { sed -n "s/^$1: //p" out; }
run "$A64RUN" --core=core.%d "$GUEST/dumped.static"
ends_with 'exit 0'
[ "$(ls core.* | wc -l)" = 4 ] || fail "core files: $(ls)"
[ "$(told dumped)" = 'wait4 8b, waitid 3 11, looked 3 11 and 8b, handler 3' ] || fail "with --core: $(cat out)"
[ "$(told killed)" = 'wait4 9, waitid 2 9, looked 2 9 and 9, handler 2' ] || fail "SIGKILL: $(cat out)"
[ "$(told exited)" = 'wait4 500, waitid 1 5, looked 1 5 and 500, handler 1' ] || fail "exit: $(cat out)"
rm -f core.*
run sh -c 'ulimit -S -c 0; exec "$@"' sh "$A64RUN" "$GUEST/dumped.dynamic"
ends_with 'exit 0'
[ "$(told dumped)" = 'wait4 b, waitid 2 11, looked 2 11 and b, handler 2' ] || fail "without a core file: $(cat out)"
[ -z "$(ls | grep -v -e '^out$' -e '^err')" ] || fail "files: $(ls)"
# A signal from elsewhere, too, comes to the emulator and not to the kernel, which may hand core files to a program whatever the limit.
rm out
"$A64RUN" "$GUEST/hang.static" read >out 2>err &
pid=$!
while [ ! -s out ]; do sleep 0.05; done
caught=$(sed -n 's/^SigCgt:\t//p' /proc/$pid/status)
kill -ABRT $pid
wait $pid
[ $? = 134 ] || fail 'not SIGABRT'
for signal in 5 6 31 24 25; do
    [ $((0x${caught#????????} >> (signal - 1) & 1)) = 1 ] || fail "signal $signal has the host's default ($caught)"
done
