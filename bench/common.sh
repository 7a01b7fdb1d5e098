# SPDX-License-Identifier: MIT
# Sourced by the benchmarks. A64RUN is the emulator (default: that of ./build), REFERENCE qemu-aarch64.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
A64RUN=${A64RUN:-$here/../build/emulator/a64run}
REFERENCE=${REFERENCE:-$(command -v qemu-aarch64 || true)}
CC=${CC:-cc}
CROSS_CC=${CROSS_CC:-aarch64-linux-gnu-gcc}
SYSROOT=${SYSROOT:-/usr/aarch64-linux-gnu}
[ -x "$A64RUN" ] || {
    echo "bench: no emulator at $A64RUN: build it, or set A64RUN" >&2
    exit 1
}
command -v "$CROSS_CC" >/dev/null || {
    echo "bench: $CROSS_CC not found: apt-get install gcc-aarch64-linux-gnu" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$CC -O2 -o "$work/measure" "$here/measure.c"
