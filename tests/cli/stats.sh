# SPDX-License-Identifier: MIT
# --stats: operations are counted exactly, on every way a program may end, and in JSON.
. "$SOURCE_DIR/lib/common.sh"
only_a64run

# A loop of x0 rounds, one branch in two of which is taken; FZ leaves the division to the evaluator.
cat >loop.S <<'S'
        .global _start
_start: ldr     x0, [sp]        // argc
        mov     x1, #1000
        mul     x0, x0, x1
        mov     x1, #1 << 24
        msr     fpcr, x1
again:  fdiv    d0, d1, d2
        tbz     x0, #0, skip
        add     x3, x3, #1
skip:   sub     x0, x0, #1
        cbnz    x0, again
        mov     x0, #0
        mov     x8, #93
        svc     #0
S
"$CC" -static -nostdlib -o loop loop.S || fail 'cannot assemble'

value() { sed -n "s/.*\"$1\":\[*\([0-9]*\).*/\1/p" "$2"; }

"$A64RUN" --tier=t1-1 --stats=1.json ./loop || fail 'loop'
"$A64RUN" --tier=t1-1 --stats=3.json ./loop a b || fail 'loop a b'
for n in 1 3; do
    [ "$(value operations_called $n.json)" -ge ${n}000 ] || fail "calls: $(cat $n.json)"
    [ "$(value fdiv64 $n.json)" = ${n}000 ] || fail "divisions: $(cat $n.json)"
    [ "$(value operations_evaluated $n.json)" = 0 ] || fail "evaluated: $(cat $n.json)"
done
# fdiv, ubfx and branch, add (every second time), sub, branch: 4.5 lowered a round, and those that
# the branches behind two of them are.
rounds=$(($(value operations_lowered 3.json) - $(value operations_lowered 1.json)))
[ $((rounds % 1000)) = 0 ] || fail "lowered in 2000 rounds: $rounds"
again=$(($(value operations_lowered 3.json) - rounds * 3 / 2))
[ $again -ge 0 ] && [ $again -lt 20 ] || fail "lowered outside of the loop: $again"

# What runs before a block is hot is the evaluator's.
"$A64RUN" --tier=t1-50 --stats=50.json ./loop || fail 'loop'
[ "$(value operations_evaluated 50.json)" -gt 200 ] || fail "evaluated: $(cat 50.json)"

# Text on standard error; also at a death and where the process becomes another.
run "$A64RUN" --stats "$TOOL" args
ends_with 'exit 0'
grep -q 'operations .* executed: .* lowered' err || fail 'no report'
run "$A64RUN" --stats "$TOOL" segv
[ "$ended" = 'signal 11' ] || fail "$ended"
grep -q 'operations .* executed' err || fail 'no report at a death'
cat >again.c <<'C'
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    char *args[] = {argv[0], "again", 0};
    int status = 0;
    if (argc > 1)
        return 0;
    if (vfork() == 0)
        execv(argv[0], args);
    wait(&status);
    if (fork() == 0)
        _exit(0);
    wait(&status);
    return execv(argv[0], args);
}
C
"$CC" -static -o again again.c || fail 'cannot compile'
A64RUN_STATS=many "$A64RUN" ./again || fail 'again'
[ "$(grep -c '^a64run: statistics of process' many)" = 4 ] || fail "reports: $(grep -c '^a64run' many)"
[ "$(grep '^a64run' many | sort -u | wc -l)" = 3 ] || fail 'not of three processes'

# The guest sees none of it.
succeeds "$("$A64RUN" "$TOOL" args x)" "$A64RUN" --stats=none "$TOOL" args x
refuses 'stats= written' "$A64RUN" --stats=/nowhere/file "$TOOL"
