#!/bin/sh
# SPDX-License-Identifier: MIT
# startup_tables.sh A64RUN: starting costs no work on tables, and guest addresses are free: the emulator is a static
# program that needs no relocation (but for the C library's choice of its own string functions), runs no constructor of
# its own, has no interpreter, no writable code, and lies above everything a guest maps.
set -u
bad=0
check() { # check WHAT CONDITION...
    what=$1
    shift
    "$@" || { echo "FAIL: $what"; bad=1; }
}
headers=$(readelf -hlW "$1") || exit 2
relocations=$(readelf -rW "$1")
has() {
    printf '%s\n' "$headers" | grep -qE "$1"
}
check "not a program at fixed addresses (EXEC)" has '^ *Type: *EXEC'
has '^ *INTERP' && echo "FAIL: it names an interpreter" && bad=1
has '^ *DYNAMIC' && echo "FAIL: it is dynamically linked" && bad=1
has '^ *GNU_STACK .* RWE ' && echo "FAIL: its stack is executable" && bad=1
has '^ *LOAD .* RWE ' && echo "FAIL: a segment is writable and executable" && bad=1
low=$(printf '%s\n' "$headers" | awk '/^ *LOAD/ && $3 !~ /^0x00006[0-9a-f]+$/ { print $3 }')
[ -n "$low" ] && echo "FAIL: segments below 0x600000000000: $low" && bad=1
other=$(printf '%s\n' "$relocations" | grep 'R_X86_64' | grep -v 'R_X86_64_IRELATIV' | head -n 5)
[ -n "$other" ] && echo "FAIL: relocations at run time:" && echo "$other" && bad=1
constructors=$(readelf -SW "$1" | awk '$2 == ".init_array" || $3 == ".init_array" { for (i = 1; i <= NF; i++) if ($i == "INIT_ARRAY") print $(i + 3) }')
check "constructors run at start: .init_array has 0x${constructors:-0} bytes, the C library's own is 8" [ "$((0x${constructors:-0}))" -le 8 ]
printf '%s\n' "$headers" | grep -c '^ *LOAD' | sed 's/$/ segments/'
printf '%s\n' "$relocations" | grep -c R_X86_64_IRELATIV | sed 's/$/ functions chosen by the C library/'
exit $bad
