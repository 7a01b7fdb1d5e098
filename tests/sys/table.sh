# SPDX-License-Identifier: MIT
# docs/linux.md has every call with its state, as docs/linux.sh writes it. Of its tests there may be more by now, but those
# it names are there; that they make the calls they stand beside is for rows.sh to say.
rm -rf "$SCRATCH" && mkdir -p "$SCRATCH" && cd "$SCRATCH" || exit 1
fail() {
    echo "FAIL: $*"
    exit 1
}
sh "$TOP/docs/linux.sh" >linux.md || exit 1
states() {
    sed 's/^\(| [0-9].* |\)[^|]*|$/\1/' "$1"
}
states "$TOP/docs/linux.md" >docs.states
states linux.md >rows.states
diff -u docs.states rows.states || fail "docs/linux.md is not up to date: run sh docs/linux.sh >docs/linux.md"
total=$(grep -c '^SYS_NAME(' "$TOP/emulator/linux/sys_names.def")
[ "$(grep -c '^| [0-9]' docs.states)" = "$total" ] || fail 'not every call is in the table'
grep -E '\|  \|' linux.md && fail 'a call without a row'
sed -n 's/^| [0-9].* | \([^|]*\) |$/\1/p' "$TOP/docs/linux.md" | tr -d ',' | tr ' ' '\n' | sort -u >tests
[ "$(wc -l <tests)" -gt 40 ] || fail 'the tests were not read'
while read -r test; do
    [ "$test" = ... ] || [ -f "$TOP/tests/sys/$test.c" ] || [ "$test" = rows ] || fail "there is no test $test"
done <tests
echo "$total calls, $(wc -l <tests) tests"
