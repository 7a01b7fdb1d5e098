# SPDX-License-Identifier: MIT
# A guest that dies by a signal makes the emulator die by the same one, silently.
. "$SOURCE_DIR/lib/common.sh"
for sig in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 24 25 26 27 29 30 31; do
    run "$A64RUN" "$TOOL" kill $sig
    ends_with "signal $sig"
    quiet
done
run "$A64RUN" "$TOOL" segv
ends_with 'signal 11'
quiet
case $A64RUN in *qemu*) ;; *)
    for sig in 32 33 34 50 64; do
        run "$A64RUN" "$TOOL" kill $sig
        ends_with "signal $sig"
        quiet
    done
    ;;
esac
# A signal sent from outside ends the guest as well.
"$A64RUN" "$TOOL" copy <"$SCRATCH" >/dev/null 2>&1
mkfifo fifo
"$RUNNER" -p -i fifo -- "$A64RUN" "$TOOL" copy >out 2>err &
exec 9>fifo
sleep 0.3
child=$(ps -o pid= --ppid $! | tr -d ' ')
kill -TERM "$child"
exec 9>&-
wait $!
grep -q '^ended: signal 15$' err || fail "not ended by SIGTERM"
