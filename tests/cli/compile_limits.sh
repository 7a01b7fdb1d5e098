# SPDX-License-Identifier: MIT
# Blocks of which only the first operations are compiled (--compile=FIRST-LAST/N), as the bisection has them, do what whole ones do:
# also where one operation's code does what another one is for.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
unset A64RUN_TIER A64RUN_THRESHOLD

guest=$SOURCE_DIR/../guest
for program in carried_carries products conditional_compares; do
    "$CC" -O2 -static -I"$guest/include" -o $program "$guest/c/$program.c" || fail 'cannot compile'
    for n in 0 1 2 3 5 7 9 11 12 13 14 17 20; do
        "$A64RUN" --tier=t2-1 --compile=400000-500000/$n ./$program >out 2>err || fail "$program, $n operations: exit $?"
        cmp -s out "$guest/c/$program.c.expected" || fail "$program, $n operations: other results"
    done
done
