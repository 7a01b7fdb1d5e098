#!/bin/sh
# SPDX-License-Identifier: MIT
# sanitized.sh SOURCE-DIR BUILD-DIR: builds the emulator a second time with AddressSanitizer and UBSan, every translated
# block verified, and runs a slice of the suite on it: the tests of ir/, opt/ and the rows, all vectors, and programs.
set -u
src=$1 build=$2
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
failures=0

cmake -S "$src" -B "$build" -DA64_SANITIZE=address,undefined -DA64_VERIFY=ON -DA64_SANITIZED_TEST=OFF >"$dir/log" 2>&1 &&
    cmake --build "$build" -j 2 --target vectors ir_text_test ir_verify_test ir_meaning_test ir_fuzz_test opt_fuzz_test \
        a64_insn_test a64_rows_test a64run >>"$dir/log" 2>&1 ||
    { tail -n 40 "$dir/log"; echo "FAIL: the sanitized build"; exit 1; }

# run STATUS COMMAND...: exit status and no report of a sanitizer.
run() {
    want=$1
    shift
    "$@" >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
    if [ $status -ne "$want" ] || grep -qE 'runtime error|Sanitizer' "$dir/err"; then
        echo "FAIL (exit $status, expected $want): $*"
        tail -n 5 "$dir/out"
        head -n 40 "$dir/err"
        failures=$((failures + 1))
    else
        echo "ok: $(basename "$1"): $(tail -n 1 "$dir/out")"
    fi
}
# (Not a64_blocks_test: its stray accesses would hit the sanitizer's own shadow, which is mapped.)
t=$build/tests
run 0 "$t/ir/ir_text_test"
run 0 "$t/ir/ir_verify_test"
run 0 "$t/ir/ir_meaning_test"
run 0 "$t/ir/ir_fuzz_test" 20000
run 0 "$t/opt/opt_fuzz_test" 10000
run 0 "$t/a64/a64_insn_test"
run 0 "$t/a64/a64_rows_test" decode
run 0 "$t/a64/a64_rows_test" translate
run 0 "$t/vectors/vectors" "$src/tests/vectors/dev.txt.xz"

cc=aarch64-linux-gnu-gcc
if command -v $cc >/dev/null 2>&1; then
    cat >"$dir/program.c" <<'END'
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int up(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
int main(int argc, char **argv)
{
    double sum = 0;
    char *words[] = {"guest", "host", "block", "code"};
    qsort(words, 4, sizeof *words, up);
    for (int i = 1; i < 100; i++)
        sum += sqrt(i) / i;
    printf("%s %s %d %.6f %s\n", words[0], words[3], argc, sum, argv[1]);
    char *p = malloc(1 << 20);
    memset(p, argc, 1 << 20);
    return p[12345] + (int)strlen(argv[1]);
}
END
    sysroot=$(dirname "$(dirname "$($cc -print-file-name=libc.so.6)")")
    for how in -static -static-pie -pie -no-pie; do
        $cc -O2 $how "$dir/program.c" -o "$dir/program$how" -lm || exit 2
        run 7 "$build/emulator/a64run" -L "$sysroot" "$dir/program$how" hello
        [ "$(cat "$dir/out")" = "block host 2 18.489604 hello" ] || { echo "FAIL: it printed: $(cat "$dir/out")"; failures=1; }
    done
else
    echo "not run: programs, no $cc here"
fi
echo "$failures failures"
[ $failures -eq 0 ]
