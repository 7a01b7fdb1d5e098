# SPDX-License-Identifier: MIT
# Standard input and output pass through unchanged, whatever they are.
. "$SOURCE_DIR/lib/common.sh"
head -c 3000000 /dev/urandom >data
"$A64RUN" "$TOOL" copy <data >copy || fail 'file to file'
cmp data copy || fail 'file to file differs'
cat data | "$A64RUN" "$TOOL" copy | cat >copy
cmp data copy || fail 'pipe to pipe differs'
: | "$A64RUN" "$TOOL" copy >copy || fail 'empty input'
[ ! -s copy ] || fail 'output from nothing'
"$A64RUN" "$TOOL" copy <&- >copy 2>err
[ $? = 2 ] || fail 'reading a closed stdin must fail in the guest'
run "$A64RUN" "$TOOL" both
prints 'to stdout'
[ "$(cat err)" = 'to stderr' ] || fail 'stderr differs'
# A reader that goes away ends the guest by SIGPIPE, as it would on the board.
"$A64RUN" "$TOOL" copy <data 2>err | head -c 10 >/dev/null
[ ! -s err ] || fail 'noise on a broken pipe'
# Many at once.
for i in 1 2 3 4 5 6 7 8; do
    "$A64RUN" "$TOOL" copy <data >copy.$i &
done
wait
for i in 1 2 3 4 5 6 7 8; do
    cmp data copy.$i || fail "copy $i differs"
done
