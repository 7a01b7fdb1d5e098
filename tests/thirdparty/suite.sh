#!/bin/sh
# SPDX-License-Identifier: MIT
# suite.sh NAME [native]: builds projects/NAME.sh for AArch64 with the kit's toolchain, runs its own test suite, and compares the
# results with projects/NAME.expected: lines "passed TEST" and "failed TEST", which the suite had on this machine.
# `native` runs it on this machine and writes that file. The last line has the counts and the time. What was built is removed,
# but where something is wrong.
# Variables: A64RUN, the emulator; CACHE for the sources, SCRATCH, an empty folder (made here without them); JOBS (2).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
name=$1
machine=${2:-arm64}
project=$here/projects/$name.sh
[ -e "$project" ] || { echo "suite.sh: there is no $project" >&2; exit 2; }
: "${CACHE:=$top/out/debian-sources}" "${JOBS:=2}"
[ -n "${SCRATCH-}" ] || SCRATCH=$top/out/thirdparty/$name
SCRATCH=$SCRATCH/$machine
rm -rf "$SCRATCH"
mkdir -p "$SCRATCH/build"
# The first of the packages is the project, in $SCRATCH/source too; others are in folders of their names.
source=$SCRATCH/source
releases=''
for package in $(sed -n 's/^# source: //p' "$project"); do
    tarball=$(sh "$here/fetch.sh" "$CACHE" "$package")
    mkdir "$SCRATCH/$package"
    tar --no-same-owner -xf "$tarball" -C "$SCRATCH/$package" --strip-components=1
    [ -e "$source" ] || ln -s "$package" "$source"
    releases="$releases, $(basename "$tarball")"
done
cd "$SCRATCH/build"
results=$SCRATCH/results
# Results must not depend on who asks: only these variables of the caller's are left.
for variable in $(awk 'BEGIN { for (name in ENVIRON) print name }' | grep -x '[A-Za-z_][A-Za-z0-9_]*'); do
    case $variable in
    PATH | PWD | HOME | TMPDIR | XDG_* | A64* | CACHE | SCRATCH | JOBS | CCACHE_* | CMAKE_*_COMPILER_LAUNCHER) ;;
    *) unset "$variable" ;;
    esac
done
export LC_ALL=C TZ=UTC0
umask 022
exec </dev/null

# Libraries of the target, from Debian's packages; the second time, no network is needed. Natively they are those of this machine.
packages=$(sed -n 's/^# sysroot: //p' "$project")
if [ -n "$packages" ] && [ "$machine" = arm64 ]; then
    export A64KIT_SYSROOTS="$CACHE/sysroots" AARCH64_SYSROOT="$CACHE/sysroots/$name" QEMU_LD_PREFIX="$CACHE/sysroots/$name"
    # shellcheck disable=SC2086
    [ -e "$AARCH64_SYSROOT" ] || "$top/a64kit" sysroot create "$name" $packages >&2 ||
        { echo "skipped: no sysroot with $packages could be made" >&2; exit 77; }
fi

# What differs between the two machines. emulated COMMAND: one of this machine that starts programs of the target.
if [ "$machine" = arm64 ]; then
    : "${A64RUN:=$top/sdk/bin/a64run}"
    [ -x "$A64RUN" ] || { echo "suite.sh: there is no $A64RUN: ./a64kit hello builds it" >&2; exit 2; }
    export AARCH64_EMULATOR="$A64RUN"
    cross=aarch64-linux-gnu-
    emulated() { "$top/a64kit" exec -- "$@"; }
    configure() { cmake -DCMAKE_TOOLCHAIN_FILE="$top/sdk/aarch64.cmake" "$@"; }
else
    cross=''
    emulated() { "$@"; }
    configure() { cmake "$@"; }
fi

# needs COMMAND PACKAGE: what the suite wants of this machine.
needs() {
    command -v "$1" >/dev/null || { echo "skipped: there is no $1: apt-get install $2" >&2; exit 77; }
}

# logged COMMAND: its words are shown only when it fails.
logged() {
    "$@" >"$SCRATCH/log" 2>&1 || { { tail -n 40 "$SCRATCH/log"; echo "suite.sh: failed: $*"; } >&2; exit 1; }
}

# From the words of ctest, and of programs of GoogleTest, to lines of results.
of_ctest() { sed -nE 's/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: ([^ ]+) \.* *(\*\*\*)?([A-Za-z]+).*/\3 \1/p' | sed 's/^Passed/passed/; t; s/^[A-Za-z]* /failed /'; }
of_gtest() { sed -nE 's/^\[       OK \] ([^ ]+)( .*)?/passed \1/p; s/^\[  FAILED  \] ([^ ]+)( \([0-9]+ ms\))$/failed \1/p'; }

begun=$(date +%s)
# shellcheck source=/dev/null
. "$project"
suite >"$results.unsorted" || { echo "suite.sh: $name could not be built and tested"; tail -n 40 "$SCRATCH/log" 2>/dev/null; exit 1; }
sort "$results.unsorted" >"$results"
passed=$(grep -c '^passed ' "$results" || true)
failed=$(grep -c '^failed ' "$results" || true)
[ "$passed" -gt 0 ] || { echo "suite.sh: no test of $name passed"; exit 1; }
echo "$name ($machine${releases}): $passed passed, $failed failed, $(($(date +%s) - begun)) s"
if [ "$machine" = native ]; then
    cp "$results" "$here/projects/$name.expected"
else
    diff "$here/projects/$name.expected" "$results" || { echo "suite.sh: $name: not the results of this machine (above: <)"; exit 1; }
fi
cd "$top"
rm -rf -- "$SCRATCH" # a gigabyte, with several
