# SPDX-License-Identifier: MIT
# The bisection finds the block and the operation that are compiled wrongly.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
. "$SOURCE_DIR/lib/wrong.sh"
command -v objdump >/dev/null || skip 'no objdump'
bisect=$SOURCE_DIR/../../emulator/tools/bisect.sh
reverse=$("${CC%gcc}nm" bits | sed -n 's/^0*\([0-9a-f]*\) . reverse$/\1/p')

names_it() {
    grep -q "^block 0x$reverse goes wrong" found || fail "not the block at $reverse: $(cat found)"
    grep -A2 'makes the difference' found | grep -q 'rbit x1, x0$' || fail "not the instruction: $(cat found)"
    grep -A2 'makes the difference' found | grep -q '^ *rbit64 x1 = x0$' || fail "not the operation: $(cat found)"
    grep -q '= rbit64' found || fail 'no IR'
    grep -q '^ *[0-9a-f]*: mov  *rsi,rbx$' found || fail "no host code: $(cat found)"
}
for tier in t1-1 t1-20; do
    A64RUN=$WRONG A64RUN_TIER=$tier sh "$bisect" -- ./bits >found || fail 'not found'
    names_it
done
# By a command of one's own, which judges something else: here only the first bit of the status.
A64RUN=$WRONG A64RUN_TIER=t1-1 sh "$bisect" --test '"$@"; [ $? = 0 ]' -- ./bits >found || fail 'not found with --test'
names_it
# Two operations that are wrong: the first that matters.
A64RUN=$WRONG A64RUN_TIER=t1-1 sh "$bisect" -- ./bits store >found || fail 'not found'
grep -q '^block 0x[0-9a-f]* goes wrong' found || fail "$(cat found)"

A64RUN_TIER=t1-1 sh "$bisect" -- ./bits 2>why && fail 'found something in right code'
grep -q 'no difference' why || fail "$(cat why)"
A64RUN=$A64RUN sh "$bisect" ./bits 2>why && fail 'accepted without --'
grep -q usage why || fail "$(cat why)"
