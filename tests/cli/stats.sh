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

# Regions: as much is executed; and loops that become none, because nothing is seen to lead back, and for what is in them.
cat >region.S <<'S'
        .global _start
_start: ldr     x0, [sp]
        mov     x1, #1000
        mul     x0, x0, x1
again:
#if defined made
        tbz     x0, #0, even
        add     x3, x3, #1
        b       join
even:   add     x3, x3, #2
        eor     x3, x3, x0
join:   cmp     x0, x3
        b.hi    less
        sub     x4, x4, #1
less:
#elif defined plain
        adr     x1, here
        br      x1
here:
#elif defined branches
        .rept   130
        tbz     x0, #3, 1f
1:      add     x3, x3, #1
        .endr
#elif defined calls
        bl      called
        tbz     x0, #0, 1f
        add     x3, x3, #1
1:
#endif
        sub     x0, x0, #1
        cbnz    x0, again
        mov     x0, #0
        mov     x8, #93
        svc     #0
called: ret
S
for kind in made plain branches calls; do
    "$CC" -static -nostdlib -D$kind -o $kind region.S || fail 'cannot assemble'
    for tier in t1-1 t2-1; do
        "$A64RUN" --tier=$tier --stats=$kind.$tier.1.json ./$kind || fail "$kind: $tier"
        "$A64RUN" --tier=$tier --stats=$kind.$tier.3.json ./$kind a b || fail "$kind a b: $tier"
        now=$(($(value operations_lowered $kind.$tier.3.json) - $(value operations_lowered $kind.$tier.1.json)))
        [ $tier = t2-1 ] || blocks=$now
    done
    # Where a block ends, at a branch that is none of the program's, depends on what was there when it was compiled.
    if [ $kind = made ]; then most=0; else most=2000; fi
    [ $now -ge 10000 ] && [ $((now - blocks)) -ge -$most ] && [ $((now - blocks)) -le $most ] ||
        fail "$kind: lowered in 2000 rounds: $blocks in blocks, $now in a region"
    told=$kind.t2-1.1.json
    if [ $kind = made ]; then count=regions; else count=$kind; fi
    [ "$(value $count $told)" = 1 ] || fail "$count: $(cat $told)"
    grep -q '"regions":0,.*"regions_refused":{"rounds":0,"plain":0,"branches":0,"calls":0,"around":0,"gain":0,"memory":0}' $kind.t1-1.1.json ||
        fail "$kind: $(cat $kind.t1-1.1.json)"
done
[ "$(value instructions_in_regions made.t2-1.1.json)" = 10 ] && [ "$(value region_ns made.t2-1.1.json)" -gt 0 ] &&
    [ "$(value region_waits_ns made.t2-1.1.json)" -ge "$(value region_longest_ns made.t2-1.1.json)" ] &&
    [ "$(value region_longest_ns made.t2-1.1.json)" -ge "$(value region_ns made.t2-1.1.json)" ] ||
    fail "$(cat made.t2-1.1.json)"
run "$A64RUN" --tier=t2-1 --stats ./calls
grep -q '^  regions     0, .* refused 0 that come round too seldom, 0 no more than a block, 0 with too many branches, 1 with calls, 0 that come round another way, 0 with nothing to gain by it, 0 w' err || fail "$(cat err)"

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
