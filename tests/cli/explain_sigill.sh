# SPDX-License-Identifier: MIT
# --explain-sigill names the instruction, the feature, the model and the place; ctest's children have it, others not.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
unset CTEST_INTERACTIVE_DEBUG_MODE DASHBOARD_TEST_FROM_CTEST
cat >lacks.c <<'END'
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
static sigjmp_buf back;
static void on_sigill(int sig) { (void)sig; siglongjmp(back, 1); }
__attribute__((noinline)) void add_one(long *p) { __asm__ volatile(".inst 0xf8200000" : : "r"(p) : "x0", "memory"); }
int main(int argc, char **argv)
{
    static long n;
    if (argc > 1 && strcmp(argv[1], "catch"))
        return execv(argv[1], argv + 1);
    if (argc > 1)
        signal(SIGILL, on_sigill);
    if (!sigsetjmp(back, 1))
        add_one(&n);
    return 0;
}
END
"$CC" -static -O1 -fno-inline -o lacks lacks.c || fail 'the program does not compile'
# dies line-expected command...
dies() {
    lines=$1
    shift
    run "$@"
    ends_with 'signal 4'
    [ ! -s out ] || fail "something is on stdout: $*"
    [ "$(wc -l <err)" = "$lines" ] || fail "not $lines lines: $*"
    [ "$lines" = 0 ] || grep -qE '^a64run: instruction needs FEAT_LSE, which -cpu [a-z0-9,=-]+ lacks: ldadd x0, x0, \[x0\] \(f8200000\) at 0x[0-9a-f]+ in add_one(\+0x[0-9a-f]+)? \(.*/lacks\)$' err ||
        fail "the line is not as expected: $*"
}
dies 0 "$A64RUN" -cpu cortex-a53 ./lacks
dies 1 "$A64RUN" --explain-sigill=on -cpu cortex-a53 ./lacks
dies 1 "$A64RUN" --explain-sigill=death -cpu max,lse=off ./lacks
dies 1 env A64RUN_EXPLAIN_SIGILL=on QEMU_CPU=cortex-a72 "$A64RUN" ./lacks
dies 1 env DASHBOARD_TEST_FROM_CTEST=3.25 "$A64RUN" -cpu cortex-a53 ./lacks
dies 1 env CTEST_INTERACTIVE_DEBUG_MODE=1 "$A64RUN" -cpu cortex-a53 ./lacks
dies 0 env CTEST_INTERACTIVE_DEBUG_MODE=1 "$A64RUN" --explain-sigill=off -cpu cortex-a53 ./lacks
# What the program executes has it too, whatever its environment; and the model.
dies 1 "$A64RUN" --explain-sigill=on -cpu cortex-a53 ./lacks ./lacks
dies 0 env CTEST_INTERACTIVE_DEBUG_MODE=1 "$A64RUN" --explain-sigill=off -cpu cortex-a53 ./lacks ./lacks
# A program that catches the signal is left alone, unless all was asked for.
run env CTEST_INTERACTIVE_DEBUG_MODE=1 "$A64RUN" -cpu cortex-a53 ./lacks catch
ends_with 'exit 0'
quiet
run "$A64RUN" --explain-sigill=on -cpu cortex-a53 ./lacks catch
ends_with 'exit 0'
grep -q 'needs FEAT_LSE' err || fail 'nothing is said'
run "$A64RUN" -cpu max ./lacks
ends_with 'exit 0'
refuses 'on off death' "$A64RUN" --explain-sigill=maybe ./lacks
