#!/bin/sh
# SPDX-License-Identifier: MIT
# names_exist.sh SOURCE-DIR: files that the documents name (in backticks) exist, from the top or from emulator/.
set -u
cd "$1" || exit 2
bad=0 n=0
for doc in docs/*.md; do
    for name in $(grep -o '`[A-Za-z0-9_./-]*`' "$doc" | tr -d '`' | grep -E '^[a-z0-9_-]+/[A-Za-z0-9_./-]*$|\.(c|h|def|inc|sh|md|cmake)$' | sort -u); do
        n=$((n + 1))
        [ -e "$name" ] || [ -e "emulator/$name" ] || [ -e "docs/$name" ] ||
            { echo "FAIL: $doc names $name, which does not exist"; bad=1; }
    done
done
echo "$n names"
[ $n -gt 0 ] || exit 2
exit $bad
