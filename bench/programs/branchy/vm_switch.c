// SPDX-License-Identifier: MIT
// An interpreter whose loop is one switch.
#include "vm.h"

static uint64_t run(uint64_t count)
{
    static uint64_t memory[256];
    uint64_t r[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (const struct insn *p = vm_code;; p++) {
        switch ((enum op)p->op) {
        case OP_ADD: r[p->d] = r[p->a] + r[p->b] + (uint64_t)p->imm; break;
        case OP_SUB: r[p->d] = r[p->a] - r[p->b] - (uint64_t)p->imm; break;
        case OP_MUL: r[p->d] = r[p->a] * (r[p->b] | 1) + (uint64_t)p->imm; break;
        case OP_XOR: r[p->d] = r[p->a] ^ r[p->b] ^ (uint64_t)p->imm; break;
        case OP_SHIFT: r[p->d] = r[p->a] >> p->imm; break;
        case OP_LOAD: r[p->d] = memory[r[p->a] & 255]; break;
        case OP_STORE: memory[r[p->a] & 255] = r[p->b]; break;
        case OP_LESS: r[p->d] = r[p->a] < r[p->b]; break;
        case OP_JUMP_IF: p += r[p->a] ? p->imm : 0; break;
        case OP_MOVE: r[p->d] = r[p->a]; break;
        case OP_LOOP:
            if (--count)
                p += p->imm - 1;
            break;
        case OP_END: return r[1] ^ r[2] ^ r[3] ^ r[4];
        }
    }
}

int main(int argc, char **argv)
{
    return bench_done(run(bench_rounds(argc, argv, 8000000)));
}
