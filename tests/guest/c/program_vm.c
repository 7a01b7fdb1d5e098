// SPDX-License-Identifier: MIT
// variants: O0-static O2-static O3-dynamic
/* A small stack machine with computed goto: every dispatch an indirect branch with many targets. */
#include <stdint.h>
#include <stdio.h>

enum {
    PUSH,
    ADD,
    SUB,
    MUL,
    DIV,
    MOD,
    DUP,
    SWAP,
    OVER,
    DROP,
    LOAD,
    STORE,
    JMP,
    JZ,
    JLT,
    CALL,
    RET,
    OUT,
    HALT
};

static long memory[64];

static long run(const int *code)
{
    static const void *const labels[] = {&&push, &&add,  &&sub,  &&mul,  &&div,   &&mod, &&dup,
                                         &&swap, &&over, &&drop, &&load, &&store, &&jmp, &&jz,
                                         &&jlt,  &&call, &&ret,  &&out,  &&halt};
    long stack[64], *sp = stack, t;
    int calls[64], depth = 0, pc = 0;
    long executed = 0;
#define NEXT                      \
    do {                          \
        executed++;               \
        goto *labels[code[pc++]]; \
    } while (0)
    NEXT;
push:
    *sp++ = code[pc++];
    NEXT;
add:
    sp--;
    sp[-1] += *sp;
    NEXT;
sub:
    sp--;
    sp[-1] -= *sp;
    NEXT;
mul:
    sp--;
    sp[-1] *= *sp;
    NEXT;
div:
    sp--;
    sp[-1] /= *sp;
    NEXT;
mod:
    sp--;
    sp[-1] %= *sp;
    NEXT;
dup:
    *sp = sp[-1];
    sp++;
    NEXT;
swap:
    t = sp[-1];
    sp[-1] = sp[-2];
    sp[-2] = t;
    NEXT;
over:
    *sp = sp[-2];
    sp++;
    NEXT;
drop:
    sp--;
    NEXT;
load:
    sp[-1] = memory[sp[-1]];
    NEXT;
store:
    sp -= 2;
    memory[sp[1]] = sp[0];
    NEXT;
jmp:
    pc = code[pc];
    NEXT;
jz:
    pc = *--sp == 0 ? code[pc] : pc + 1;
    NEXT;
jlt:
    sp -= 2;
    pc = sp[0] < sp[1] ? code[pc] : pc + 1;
    NEXT;
call:
    calls[depth++] = pc + 1;
    pc = code[pc];
    NEXT;
ret:
    pc = calls[--depth];
    NEXT;
out:
    printf("%ld ", *--sp);
    NEXT;
halt:
    puts("");
    return executed;
}

int main(void)
{
    /* Primes below 400 by trial division, then a recursive factorial; numbers are addresses. */
    static const int code[] = {
        /* 0 */ PUSH,  2,    PUSH, 0,    STORE,
        /* 5 */ PUSH,  2,    PUSH, 1,    STORE,
        /* 10 */ PUSH, 0,    LOAD, PUSH, 1,     LOAD, DUP,  MUL,  JLT,   84,
        /* 20 */ PUSH, 0,    LOAD, PUSH, 1,     LOAD, MOD,  JZ,   42,
        /* 29 */ PUSH, 1,    LOAD, PUSH, 1,     ADD,  PUSH, 1,    STORE, JMP,   10,   HALT,
        HALT,
        /* 42 */ PUSH, 0,    LOAD, PUSH, 1,     ADD,  DUP,  PUSH, 0,     STORE, PUSH, 400,
        JLT,           5,
        /* 56 */ PUSH, 10,   CALL, 66,   OUT,   HALT, HALT, HALT, HALT,  HALT,
        /* 66 */ DUP,  JZ,   78,   DUP,  PUSH,  1,    SUB,  CALL, 66,    MUL,   RET,  HALT,
        /* 78 */ DROP, PUSH, 1,    RET,  HALT,  HALT,
        /* 84 */ PUSH, 0,    LOAD, OUT,  JMP,   42,
    };
    printf("%ld executed\n", run(code));
    return 0;
}
