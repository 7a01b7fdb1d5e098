#!/bin/sh
# SPDX-License-Identifier: MIT
# evaluator_registers.sh OBJDUMP OBJECT...: what the evaluator's functions are made of leaves xmm16 to xmm31 alone, which
# compiled code relies on (x64/emit.c): nothing uses them, and nothing calls the C library's functions for memory and
# strings, which do, but the operations that set and copy the guest's memory.
set -u
objdump=$1
shift
"$objdump" -v >/dev/null 2>&1 || { echo "skipped: no $objdump"; exit 77; }
functions=0
bad=0
for object; do
    case ${object##*/} in
    eval_*.o | fp_*.o | pac.o | qarma.o) ;;
    *) continue ;;
    esac
    "$objdump" -drw --no-show-raw-insn "$object" | awk -v object="${object##*/}" '
        /^[0-9a-f]+ <.*>:$/ { name = $2; functions++ }
        /%[xyz]mm(1[6-9]|2[0-9]|3[01])/ { print "FAIL: " object ": " name " " $0; bad = 1 }
        /R_X86_64_[A-Z0-9]+[ \t]+(mem|str|wcs|__mem|__str)[a-z]/ && name !~ /mem_(set|copy)>:$/ { print "FAIL: " object ": " name " " $NF; bad = 1 }
        END { print functions > "/dev/stderr"; exit bad }' 2>count.$$ || bad=1
    functions=$((functions + $(cat count.$$)))
done
rm -f count.$$
echo "$functions functions"
[ "$functions" -gt 500 ] || { echo 'FAIL: too few functions'; bad=1; }
exit $bad
