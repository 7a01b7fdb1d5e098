# SPDX-License-Identifier: MIT
# Sourced: makes ./bits, which ends with status 0 if rbit and the store of a byte are what they should be.
# $WRONG (tests/cli/wrong.c) compiles both wrongly.
grep -q avx2 /proc/cpuinfo || skip 'this processor has no AVX2: nothing is compiled'
cat >bits.S <<'S'
        .global _start, reverse, put
        .type   reverse, %function
        .type   put, %function
_start: mov     x19, #300
        adr     x20, number
        mov     x21, #0
again:  mov     x0, x19
        bl      reverse         // of which none is its own
        cmp     x0, x19
        cset    x0, eq
        orr     x21, x21, x0
        ldr     x1, [sp]        // with an argument the store as well
        cmp     x1, #1
        b.eq    next
        mov     x0, x20
        mov     w1, w19
        bl      put
        ldrb    w0, [x20]
        eor     w0, w0, w19
        and     w0, w0, #255
        orr     x21, x21, x0
next:   subs    x19, x19, #1
        b.ne    again
        cmp     x21, #0
        cset    x0, ne
        mov     x8, #93
        svc     #0
reverse:
        add     x3, x3, #1
        rbit    x1, x0
        mov     x0, #0
        orr     x0, x0, x1, lsr #1
        lsl     x0, x0, #1
        bfi     x0, x1, #0, #1
        ret
put:    fmov    s0, w1
        str     b0, [x0]
        ret
        .data
number: .byte 0
S
"$CC" -static -nostdlib -o bits bits.S || fail 'cannot assemble'
