#!/bin/sh
# SPDX-License-Identifier: MIT
# Whole-process time and memory of hello world, static and dynamic, beside the reference and the native
# process. Figures to aim at: 4 ms static, 8 ms dynamic, 12 MB.
. "$(dirname "$0")/common.sh"
runs=${RUNS:-50}
cat >"$work/hello.c" <<'END'
#include <stdio.h>
int main(void)
{
    puts("Hello, World!");
    return 0;
}
END
$CROSS_CC -O2 -static -o "$work/static" "$work/hello.c"
$CROSS_CC -O2 -static-pie -o "$work/static-pie" "$work/hello.c"
$CROSS_CC -O2 -o "$work/dynamic" "$work/hello.c"
$CC -O2 -static -o "$work/native-static" "$work/hello.c"
$CC -O2 -o "$work/native-dynamic" "$work/hello.c"
printf '%-32s %9s %9s %9s %9s %9s\n' "hello, median of $runs" 'wall ms' 'min' 'max' 'cpu ms' 'RSS KiB'
row() {
    name=$1
    shift
    # shellcheck disable=SC2046
    printf '%-32s %9s %9s %9s %9s %9s\n' "$name" $("$work/measure" -n "$runs" -- "$@")
}
for kind in static static-pie dynamic; do
    row "a64run $kind" "$A64RUN" -L "$SYSROOT" "$work/$kind"
    [ -z "$REFERENCE" ] || row "$(basename "$REFERENCE") $kind" "$REFERENCE" -L "$SYSROOT" "$work/$kind"
done
row 'native static' "$work/native-static"
row 'native dynamic' "$work/native-dynamic"
