#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh [FILE...]: gdb's own test suite against the emulator's server, unmodified: files like gdb.base/break.exp, without any
# those of slice.txt. Prints passes and failures of each file, and exits with 1 if something failed. Exit 77 and the reason
# when it cannot run. Variables:
#   A64RUN     the emulator, as it is to be called (a64run); one whose name has qemu in it gets qemu's options
#   GDB        gdb-multiarch
#   SYSROOT    /usr/aarch64-linux-gnu
#   CC         aarch64-linux-gnu-gcc
#   CACHE      where the sources of Debian's package gdb are kept
#   SCRATCH    a folder for programs and logs, which is made
#   PATIENCE   seconds for a file (300)
set -eu
here=$(cd "${0%/*}" && pwd)
export A64RUN=${A64RUN:-a64run} SYSROOT=${SYSROOT:-/usr/aarch64-linux-gnu} CC=${CC:-aarch64-linux-gnu-gcc}
GDB=${GDB:-$(command -v gdb-multiarch || true)}
CACHE=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/a64kit/sources}
SCRATCH=${SCRATCH:-$(mktemp -d)}
skip() {
    echo "skipped: $*" >&2
    exit 77
}
command -v runtest >/dev/null || skip 'runtest not found: apt-get install dejagnu'
[ -n "$GDB" ] || skip 'gdb-multiarch not found: apt-get install gdb-multiarch'
mkdir -p "$SCRATCH"
cd "$SCRATCH"
archive=$(sh "$here/../../thirdparty/fetch.sh" "$CACHE" gdb) || exit $?
sources=$SCRATCH/sources
if [ ! -e "$sources/.complete" ]; then
    mkdir -p "$sources"
    tar xf "$archive" -C "$sources" --strip-components=2 --wildcards '*/gdb/testsuite/*' '*/gdb/contrib/*'
    : >"$sources/.complete"
fi
[ $# -gt 0 ] || mapfile -t files <"$here/slice.txt"
[ $# -eq 0 ] || files=("$@")
ln -sfn /usr/share/gdb data-directory
cat >site.exp <<EXP
set host_triplet x86_64-pc-linux-gnu
set build_triplet x86_64-pc-linux-gnu
set target_triplet aarch64-unknown-linux-gnu
set tool gdb
set srcdir "$sources/testsuite"
set objdir [pwd]
set GDB "$GDB"
set boards_dir [list "$here" "$sources/testsuite/boards"]
EXP
# Where gdb looks for files: the libraries', and those of the suite, which are programs that others execute.
export ROOT=$SCRATCH/root
mkdir -p "$ROOT${SCRATCH%/*}"
ln -sfn "$SYSROOT"/* "$ROOT/"
ln -sfn "$SCRATCH" "$ROOT$SCRATCH"
export STUB=$here/stub.sh LC_ALL=C A64RUN_SAVED=off
unset DEJAGNU
passes=0 failures=0
printf '%-40s %6s %8s\n' file passes failures
for file in "${files[@]}"; do
    rm -f gdb.sum
    timeout -k 5 "${PATIENCE:-300}" runtest --tool gdb --target_board=a64 "$file" </dev/null >run.log 2>&1 || true
    good=$(grep -c '^K\?PASS: ' gdb.sum || true) bad=$(grep -cE '^(FAIL|UNRESOLVED|KPASS|XPASS): |^ERROR: ' gdb.sum || true)
    printf '%-40s %6s %8s\n' "$file" "$good" "$bad"
    [ "$good" -gt 0 ] || echo "    nothing passed: $(grep -m 1 -E '^(UNTESTED|UNSUPPORTED|ERROR)' gdb.sum run.log || true)"
    grep '^FAIL: ' gdb.sum | sed 's/^/    /' || true
    passes=$((passes + good)) failures=$((failures + bad))
done
printf '%-40s %6s %8s\n' all "$passes" "$failures"
[ "$failures" -eq 0 ] && [ "$passes" -gt 0 ]
