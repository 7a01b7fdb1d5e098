#!/bin/sh
# SPDX-License-Identifier: MIT
# Integer kernels compiled with the same flags for both machines: how many times slower than native.
. "$(dirname "$0")/common.sh"
iterations=${ITERATIONS:-300}
for flags in -O2 -O3; do
    $CC $flags -static -o "$work/native" "$here/kernels.c"
    $CROSS_CC $flags -static -o "$work/guest" "$here/kernels.c"
    # Native runs longer so that its figure is not noise; times are per iteration.
    factor=20
    "$work/native" $((iterations * factor)) >/dev/null
    "$work/native" $((iterations * factor)) >"$work/native.out"
    "$work/native" "$iterations" | grep crc >"$work/crc"
    printf '\n%-22s %12s %12s %9s %12s %9s\n' "kernels $flags, us each" native a64run ratio reference ratio
    "$A64RUN" "$work/guest" "$iterations" >"$work/ours.out"
    grep crc "$work/ours.out" | cmp -s - "$work/crc" || {
        echo 'bench: the checksum under a64run differs from the native one' >&2
        exit 1
    }
    : >"$work/reference.out"
    [ -z "$REFERENCE" ] || "$REFERENCE" "$work/guest" "$iterations" >"$work/reference.out"
    for part in lists matrices machine total; do
        awk -v part=$part -v n="$iterations" -v f=$factor '
            $1 == part { t[FILENAME] = $2 }
            END {
                native = t[ARGV[1]] / n / f * 1e6
                ours = t[ARGV[2]] / n * 1e6
                ref = t[ARGV[3]] / n * 1e6
                printf "%-22s %12.2f %12.2f %8.1fx", part, native, ours, ours / native
                if (ref > 0) printf " %12.2f %8.1fx", ref, ref / native
                printf "\n"
            }' "$work/native.out" "$work/ours.out" "$work/reference.out"
    done
done
