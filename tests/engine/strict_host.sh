#!/bin/sh
# SPDX-License-Identifier: MIT
# strict_host.sh STRICT-HOST THREADS-TEST: where memory may not be writable and executable, code is compiled all the
# same, in two views of one memory, also in forked children; where that is refused too, everything is evaluated, and
# one line says so.
set -u
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
bad=0
fail() {
    echo "FAIL: $*"
    cat "$dir/out" "$dir/err"
    bad=1
}
export A64RUN_TIER=t1-20 A64RUN_CACHE=0
"$1" "$2" 50 >"$dir/out" 2>"$dir/err"
status=$?
[ $status -ne 77 ] || { cat "$dir/out"; exit 77; }
[ $status -eq 0 ] || fail "two views: exit $status"
grep -qE ' [1-9][0-9]* compiled' "$dir/out" || fail "two views: nothing was compiled"
[ -s "$dir/err" ] && fail "two views: messages"
"$1" -n "$2" 50 >"$dir/out" 2>"$dir/err" || fail "none: exit $?"
grep -q ' 0 compiled' "$dir/out" || fail "none: something was compiled"
# (Forked children say it for themselves.)
[ "$(sort -u "$dir/err" | wc -l)" -eq 1 ] || fail "none: not one message"
grep -q 'no executable memory' "$dir/err" || fail "none: the message"
exit $bad
