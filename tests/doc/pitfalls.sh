#!/bin/sh
# SPDX-License-Identifier: MIT
# pitfalls.sh SOURCE-DIR BUILD-DIR CTEST: each row of docs/pitfalls.md names files, and each of these is a test that ctest has.
set -u
bad=0 rows=0
tests=$("$3" --test-dir "$2" -N | sed -n 's/^ *Test *#[0-9]*: //p')
while IFS='|' read -r _ number _ files _; do
    rows=$((rows + 1))
    [ $number = $rows ] || { echo "FAIL: row $number stands where $rows should"; bad=1; }
    names=$(echo "$files" | grep -o '`[^`]*`' | tr -d '`')
    [ -n "$names" ] || { echo "FAIL: row $number names no test"; bad=1; }
    for file in $names; do
        name=$(echo "${file%.*}" | sed 's|^tests/||; s|^samples/|sdk/sample_|' | tr '/-' '__')
        echo "$tests" | grep -qE "^$name(\.|\$)" || { echo "FAIL: row $number: ctest has no $name, of $file"; bad=1; }
    done
done <<END
$(grep '^| [0-9]' "$1/docs/pitfalls.md")
END
echo "$rows rows"
[ $rows -gt 1 ] || exit 2
exit $bad
