# SPDX-License-Identifier: MIT
# --threshold, --flush and --compile do what they say, and the program does not notice.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
. "$SOURCE_DIR/lib/wrong.sh"
value() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$2"; }
for flags in --threshold=1 --threshold=299 --flush=1 '--flush=1 --tier=t1-1' '--flush=7 --threshold=2' --compile=0-ffffffff/0 --compile=0-ffffffff/2; do
    # shellcheck disable=SC2086 # options are words
    run "$A64RUN" --tier=t1-1 $flags --stats=stats.json ./bits store
    ends_with 'exit 0'
    quiet
    tail -n 1 stats.json >"last"
    case $flags in
    --threshold=1) [ "$(value operations_evaluated last)" = 0 ] || fail "evaluated: $(cat last)" ;;
    --threshold=299) [ "$(value operations_evaluated last)" -gt 3000 ] || fail "not evaluated: $(cat last)" ;;
    --flush=1*) [ "$(value blocks_removed last)" -gt 500 ] || fail "removed: $(cat last)" ;;
    */0) [ "$(value operations_called last)" -gt 1000 ] || fail "calls: $(cat last)" ;;
    esac
done
run "$A64RUN" --tier=t1-1 --compile=1000-1004 --stats=none.json ./bits
ends_with 'exit 0'
[ "$(value code_bytes none.json)" = 0 ] || fail "compiled: $(cat none.json)"
refuses 'threshold 65534' "$A64RUN" --threshold=0 "$TOOL"
refuses 'threshold 65534' "$A64RUN" --threshold=65535 "$TOOL"
refuses 'flush' "$A64RUN" --flush=often "$TOOL"
refuses 'FLUSH' env A64RUN_FLUSH=-1 "$A64RUN" "$TOOL"
refuses 'compile FIRST-LAST' "$A64RUN" --compile=400000 "$TOOL"
refuses 'compile FIRST-LAST' "$A64RUN" --compile=400000-400010/x "$TOOL"
