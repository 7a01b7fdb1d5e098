#!/bin/sh
# SPDX-License-Identifier: MIT
# self_test.sh SOURCE-DIR COMPILER: the checks of this folder find what they are for, in a small tree made wrong.
set -u
lint=$1/tests/lint compiler=$2
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
failures=0
reset() {
    rm -rf "$dir/tree"
    mkdir -p "$dir/tree/emulator/base" "$dir/tree/emulator/ir"
    printf '// SPDX-License-Identifier: MIT\n#include <stdint.h>\n' >"$dir/tree/emulator/base/bits.h"
    printf '// SPDX-License-Identifier: MIT\n#include "base/bits.h"\n' >"$dir/tree/emulator/ir/ir.h"
}
# expect STATUS WHAT COMMAND...
expect() {
    want=$1 what=$2
    shift 2
    "$@" >"$dir/out" 2>&1
    status=$?
    if [ $status -ne "$want" ]; then
        echo "FAIL: $what: exit $status, expected $want"
        cat "$dir/out"
        failures=$((failures + 1))
    fi
}
tree=$dir/tree
reset
expect 0 "a good tree, includes" sh "$lint/include_direction.sh" "$tree"
expect 0 "a good tree, headers" sh "$lint/headers_alone.sh" "$tree" "$compiler"
for check in size spdx paths top; do
    expect 0 "a good tree, $check" sh "$lint/tracked_files.sh" "$tree" $check
done
echo '#include "ir/ir.h"' >>"$tree/emulator/base/bits.h"
expect 1 "base includes ir" sh "$lint/include_direction.sh" "$tree"
reset
echo '#include "bits.h"' >>"$tree/emulator/base/bits.h"
expect 1 "an include without its module" sh "$lint/include_direction.sh" "$tree"
reset
mkdir "$tree/emulator/other"
expect 1 "a module outside of the order" sh "$lint/include_direction.sh" "$tree"
reset
echo 'extern unknown_type x;' >>"$tree/emulator/ir/ir.h"
expect 1 "a header that needs another" sh "$lint/headers_alone.sh" "$tree" "$compiler"
reset
echo 'static inline int f(void) { return 0; }' >>"$tree/emulator/ir/ir.h"
expect 1 "a header without a guard" sh "$lint/headers_alone.sh" "$tree" "$compiler"
reset
seq 901 >"$tree/emulator/ir/long.c"
expect 1 "a long file" sh "$lint/tracked_files.sh" "$tree" size
expect 1 "a file without a licence" sh "$lint/tracked_files.sh" "$tree" spdx
reset
mv "$tree/emulator/ir/ir.h" "$tree/emulator/ir/table.def"
seq 901 >>"$tree/emulator/ir/table.def"
expect 0 "a long table" sh "$lint/tracked_files.sh" "$tree" size
for text in "see /ho""me/me/notes" "cp /wo""rk/x y" "from pypi"".org" "/ro""ot/.cache"; do
    reset
    echo "// $text" >>"$tree/emulator/ir/ir.h"
    expect 1 "a file that says $text" sh "$lint/tracked_files.sh" "$tree" paths
done
reset
: >"$tree/stray"
expect 1 "a stray file" sh "$lint/tracked_files.sh" "$tree" top
reset
expect 0 "a good tree, floats" sh "$lint/no_floats.sh" "$tree"
echo '#define HALF(x) (0.5 * (x))' >>"$tree/emulator/base/bits.h"
expect 1 "a floating-point constant" sh "$lint/no_floats.sh" "$tree"
reset
echo 'static inline double f(int x) { return x; }' >>"$tree/emulator/base/bits.h"
expect 1 "a floating-point type" sh "$lint/no_floats.sh" "$tree"
echo "$failures failures"
[ $failures -eq 0 ]
