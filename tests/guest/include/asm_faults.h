// SPDX-License-Identifier: MIT
/*
 * Precise faults: the address, the program counter and every register are those of the faulting
 * instruction, and a base register with write-back keeps its old value.
 */
#ifndef GUEST_ASM_FAULTS_H
#define GUEST_ASM_FAULTS_H

#include "asm_test.h"

/* signal(x0), siginfo(x1), ucontext(x2): note what is seen and go on at x25 of the context, which need
 * not be a landing pad. */
handler:
    hint 34 /* bti c */
    adrp x9, seen
    add x9, x9, :lo12:seen
    ldr w10, [x1]
    ldr w11, [x1, 8]
    stp x10, x11, [x9]
    ldr x10, [x1, 16]
    add x2, x2, 176 /* uc_mcontext */
    ldr x11, [x2, 8 + 31 * 8 + 8] /* pc */
    stp x10, x11, [x9, 16]
    ldr x10, [x2, 8 + 3 * 8] /* x3, the base of every access below */
    ldr x11, [x2, 8 + 31 * 8] /* sp */
    stp x10, x11, [x9, 32]
    ldr x10, [x2, 8 + 25 * 8]
    str x10, [x2, 8 + 31 * 8 + 8]
    ldr x10, [x2, 8 + 31 * 8 + 16] /* pstate */
    and x10, x10, ~0xc00 /* BTYPE */
    str x10, [x2, 8 + 31 * 8 + 16]
    ret

install: /* x0 = signal */
    adrp x1, action
    add x1, x1, :lo12:action
    adr x2, handler
    str x2, [x1]
    mov x2, 4 /* SA_SIGINFO */
    str x2, [x1, 8]
    mov x2, 0
    mov x3, 8
    mov x8, SYS_rt_sigaction
    svc 0
    ret

/* CASE(signal, code, address, instruction): x3 = base is x20 before, and must be after. */
#define CASE(sig, code, address, ...)                                                              \
    mov x3, x20; adr x25, 2f; adr x24, 1f; mov x5, 0x55; 1: __VA_ARGS__; FAIL;                     \
    2: ldp x10, x11, [x19]; EQ(x10, sig); EQ(x11, code);                                           \
    ldp x10, x11, [x19, 16]; sub x10, x10, address; EQ(x10, 0); sub x11, x11, x24; EQ(x11, 0);     \
    ldp x10, x11, [x19, 32]; sub x10, x10, x20; EQ(x10, 0);                                        \
    mov x10, sp; sub x10, x10, x11; EQ(x10, 0); EQ(x5, 0x55)

/* INSTALL: the handler for SIGSEGV, SIGBUS, SIGILL and SIGTRAP; x19 = what it has seen. */
#define INSTALL                                                                                    \
    mov x0, 11; bl install; mov x0, 7; bl install; mov x0, 4; bl install; mov x0, 5; bl install;   \
    adrp x19, seen; add x19, x19, :lo12:seen

.pushsection .bss
.balign 16
seen: .space 64
action: .space 32
.popsection

#endif
