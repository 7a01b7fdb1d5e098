# SPDX-License-Identifier: MIT
# A message is one whole line, whoever else writes at the moment and whatever is in the names it shows;
# and what the emulator itself prints on stdout either arrives or is missed.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
name=$(printf 'two\nlines\033[31m')
refuses 'two.lines' "$A64RUN" "$name"
tr -d '\n' <err | LC_ALL=C grep -q '[[:cntrl:]]' && fail 'control characters in a message'
echo 'int main(void) { return 0; }' >odd.c
"$CC" -o odd "-Wl,-dynamic-linker=/$name" odd.c || fail 'cannot compile'
refuses 'odd /two.lines' "$A64RUN" ./odd
# However long a name is, the reason comes after it.
long=$(printf '%05000d' 0)
"$A64RUN" "$long" 2>err
[ $? = 126 ] || fail 'a long name: not refused'
grep -q 'File name too long$' err || fail 'a long name: no reason'

for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$A64RUN" --no-such-option 2>>together &
done
wait
[ "$(wc -l <together)" = 20 ] || fail 'lines were lost'
[ "$(sort -u together | wc -l)" = 1 ] || fail "mixed: $(sort -u together | head -3)"

[ -e /dev/full ] || skip 'no /dev/full here'
ln -s "$TOOL" tool
for question in -h -version '-d help' '-cpu help' '--dump=guest ./tool'; do
    # shellcheck disable=SC2086
    "$A64RUN" $question >/dev/full 2>err && fail "$question: success on a full device"
    grep -q '^a64run: cannot write to standard output: No space' err || fail "$question: no reason"
    # shellcheck disable=SC2086
    "$A64RUN" $question >&- 2>err && fail "$question: success without stdout"
done
exit 0
