# SPDX-License-Identifier: MIT
# label: full
# Core files that are cut off or damaged are refused in one line or explained as far as they go; a64report does not crash.
. "$SOURCE_DIR/lib/common.sh"
need_reporter
run "$A64RUN" --core=whole "$GUEST/crash.static" handler
[ -s whole ] || fail 'no core file'
notes=$(readelf -lW whole | awk '$1 == "NOTE" { print strtonum($2) " " strtonum($5) }' 2>/dev/null)
[ -n "$notes" ] || notes='0 8192'
explain() {
    timeout 60 "$REPORTER" "$1" >out 2>err
    status=$?
    [ $status -le 1 ] || fail "status $status for $2"
    [ $status = 0 ] || [ "$(wc -l <err)" = 1 ] || fail "not one line for $2"
}
for size in 0 1 63 64 100 500 1000 2000 3000 4000 8000 20000 100000; do
    head -c $size whole >cut
    explain cut "$size bytes"
done
# Bytes of the head and of the notes become others, some at a time.
seed=1
while [ $seed -le 60 ]; do
    cp whole damaged
    for at in $(awk -v seed=$seed 'BEGIN { srand(seed); for (i = 0; i < 8; i++) print int(rand() * 6000) }'); do
        printf "\\$(printf %o $(((at * seed + 255 * (seed % 2)) % 256)))" | dd of=damaged bs=1 seek="$at" conv=notrunc 2>dd || fail "$(cat dd)"
    done
    explain damaged "seed $seed"
    seed=$((seed + 1))
done
rm -f whole cut damaged
