// SPDX-License-Identifier: MIT
// The same interpreter with computed goto: an indirect jump at the end of every operation.
#include "vm.h"

static uint64_t run(uint64_t count)
{
    static const void *const label[] = {&&add,  &&sub,  &&mul,     &&xor_, &&shift, &&load,
                                        &&store, &&less, &&jump_if, &&move, &&loop,  &&end};
    static uint64_t memory[256];
    uint64_t r[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    const struct insn *p = vm_code;
#define NEXT goto *label[(++p)->op]
    goto *label[p->op];
add:
    r[p->d] = r[p->a] + r[p->b] + (uint64_t)p->imm;
    NEXT;
sub:
    r[p->d] = r[p->a] - r[p->b] - (uint64_t)p->imm;
    NEXT;
mul:
    r[p->d] = r[p->a] * (r[p->b] | 1) + (uint64_t)p->imm;
    NEXT;
xor_:
    r[p->d] = r[p->a] ^ r[p->b] ^ (uint64_t)p->imm;
    NEXT;
shift:
    r[p->d] = r[p->a] >> p->imm;
    NEXT;
load:
    r[p->d] = memory[r[p->a] & 255];
    NEXT;
store:
    memory[r[p->a] & 255] = r[p->b];
    NEXT;
less:
    r[p->d] = r[p->a] < r[p->b];
    NEXT;
jump_if:
    p += r[p->a] ? p->imm : 0;
    NEXT;
move:
    r[p->d] = r[p->a];
    NEXT;
loop:
    if (--count)
        p += p->imm - 1;
    NEXT;
end:
    return r[1] ^ r[2] ^ r[3] ^ r[4];
}

int main(int argc, char **argv)
{
    return bench_done(run(bench_rounds(argc, argv, 20000000)));
}
