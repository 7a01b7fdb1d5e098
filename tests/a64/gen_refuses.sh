#!/bin/sh
# SPDX-License-Identifier: MIT
# gen_refuses.sh GENERATOR [MESSAGE]: the generator must fail and say MESSAGE, and leave no output; without a message it
# must succeed.
set -u
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
"$1" "$dir/tree.c" 2>"$dir/err"
status=$?
cat "$dir/err"
if [ $# -eq 1 ]; then
    [ $status -eq 0 ] && [ -s "$dir/tree.c" ] && exit 0
    echo "FAIL: rows that are well-formed were refused"
    exit 1
fi
if [ $status -ne 1 ] || [ -e "$dir/tree.c" ]; then
    echo "FAIL: exit status $status, expected 1 and no output"
    exit 1
fi
grep -qF -- "$2" "$dir/err" || { echo "FAIL: the message does not say \"$2\""; exit 1; }
