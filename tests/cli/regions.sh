# SPDX-License-Identifier: MIT
# Which loops become regions when they are hot: those that come round often each time, as far as the program comes there. What it
# never comes to, a call or a branch, is left out, and may be come to later. How often a loop is entered in its middle is counted by a
# region that is made to see it.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
unset A64RUN_TIER A64RUN_THRESHOLD

# The hot way of each loop is a branch that is taken, so that it is more than one block.
cat >loops.S <<'S'
        .global _start
_start: mov     x10, #4000      // times
        mov     x0, #0
outer:
#if defined seldom || defined unseen_seldom
        mov     x1, #2
#else
        mov     x1, #200
#endif
#if defined unseen || defined unseen_seldom
        b       round
#endif
inner:  tbz     x1, #1, hot
#if defined cold
        cbnz    x0, never       // only where x0 has gone wrong
#elif defined called
        bl      leaf
#elif defined later
        cmp     x10, #1000
        b.ls    rare
#endif
back:   add     x0, x0, #0
hot:    add     x2, x2, x1
        sub     x1, x1, #1
round:  cbnz    x1, inner
        sub     x10, x10, #1
        cbnz    x10, outer
        b       done
never:  bl      leaf
        b       back
rare:   bl      leaf
        cmp     x10, #500
        b.hi    back
        b       hot
leaf:   add     x4, x4, #1
        ret
done:   mov     x5, #1000       // what was added, in thousands, and the calls
        udiv    x0, x2, x5
        add     x0, x0, x4
        and     x0, x0, #0x7f
        mov     x8, #93
        svc     #0
S
value() { sed -n "s/.*\"$1\":{*\([0-9]*\).*/\1/p" "$2"; }
for kind in often cold called later seldom unseen unseen_seldom; do
    "$CC" -static -nostdlib -D$kind -o $kind loops.S || fail 'cannot assemble'
    want=$("$A64RUN" --tier=eval ./$kind; echo $?)
    for tier in t1 t1-1 t2-1 t2; do
        is=$("$A64RUN" --tier=$tier --stats=$kind.$tier.json ./$kind; echo $?)
        [ "$is" = "$want" ] || fail "$kind $tier: exit $is, evaluated $want"
    done
    told=$kind.t2.json
    case $kind in
    called | *seldom) made=0 ;;
    *) made=1 ;;
    esac
    [ "$(value regions $told)" = $made ] || fail "$kind: $(cat $told)"
done
for kind in seldom unseen_seldom; do
    grep -q '"regions_refused":{"rounds":1,' $kind.t2.json || fail "$(cat $kind.t2.json)"
done
grep -q '"calls":[1-9]' called.t2.json || fail "$(cat called.t2.json)"
