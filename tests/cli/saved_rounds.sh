# SPDX-License-Identifier: MIT
# What is kept of a loop's rounds. A loop over integers that runs have come to, and which has come round so seldom that nothing is
# decided by it, is not asked about in later runs: there are thousands of such loops, each of which would go out of line. One with
# vectors or floating point may gain more, and is.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
unset A64RUN_TIER A64RUN_THRESHOLD

# 20 rounds, or with an argument 100000. There are two ways round, so that a region is more than a block.
cat >loops.S <<'S'
        .global _start
_start: ldr     x0, [sp]
        mov     x2, #0
        mov     x1, #20
        cmp     x0, #1
        b.eq    inner
        mov     x1, #34464
        movk    x1, #1, lsl #16
inner:  tbz     x1, #1, hot
back:   add     x2, x2, #3
#if defined vectors
        add     v0.4s, v0.4s, v1.4s
#elif defined computes_first
        fadd    d0, d0, d1
        fadd    d2, d2, d1
#endif
hot:    add     x2, x2, x1
#if defined computes_then
        fadd    d0, d0, d1
        fadd    d2, d2, d1
#endif
        sub     x1, x1, #1
        cbnz    x1, inner
        and     x0, x2, #0x7f
        mov     x8, #93
        svc     #0
S
for kind in integers vectors computes_first computes_then; do
    "$CC" -static -nostdlib -D$kind -o $kind loops.S || fail 'cannot assemble'
    few=$("$A64RUN" --tier=eval ./$kind; echo $?)
    many=$("$A64RUN" --tier=eval ./$kind many; echo $?)
    for i in 1 2 3; do
        is=$("$A64RUN" "--saved=$PWD/kept" -d saved -D $kind.$i ./$kind; echo $?)
        [ "$is" = "$few" ] || fail "$kind: exit $is, evaluated $few"
    done
    is=$("$A64RUN" "--saved=$PWD/kept" -d saved -D $kind.many ./$kind many; echo $?)
    [ "$is" = "$many" ] || fail "$kind many: exit $is, evaluated $many"
    case $kind in integers) made=0 ;; *) made=1 ;; esac
    grep -q "regions $made of" $kind.many || fail "$kind: $(cat $kind.?)"
done
