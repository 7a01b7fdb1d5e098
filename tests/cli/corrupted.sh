# SPDX-License-Identifier: MIT
# Random damage to the headers: a clear refusal, or a guest that runs or dies; never a crash, or more
# than one line. A damaged guest may also wait for ever (a lock in a .bss that is not zero any more does
# that), but seldom: often would be the emulator's doing.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
refused=0
waiting=0
for kind in static static-pie dynamic; do
    for seed in $(seq 1 "${ROUNDS:-70}"); do
        "$MANGLE" "$seed" <"$GUEST/tool.$kind" >mangled || fail 'mangle'
        chmod +x mangled
        timeout -s KILL 5 "$RUNNER" -p -- "$A64RUN" -L "$SYSROOT" ./mangled >out 2>err.all </dev/null
        ended=$(sed -n 's/^ended: //p' err.all | tail -n 1)
        grep -v '^ended: ' err.all >err
        what="$kind seed $seed"
        case $ended in
        'exit 0' | 'signal 4' | 'signal 5' | 'signal 7' | 'signal 11' | 'exit 127') ;;
        exit*)
            refused=$((refused + 1))
            [ "$(wc -l <err)" = 1 ] || fail "$what: not one line"
            grep -qE '^(a64run: |.*error while loading)' err || fail "$what: not a64run's line"
            ;;
        '')
            waiting=$((waiting + 1))
            [ $waiting -le 3 ] || fail "$what: the fourth that does not end"
            ;;
        *) fail "$what: $ended" ;;
        esac
        ! grep -qiE 'assert|bug|sanitizer|backtrace' err || fail "$what: an internal failure"
    done
done
[ $refused -gt 10 ] || fail "only $refused refused: the damage is not what it should be"
