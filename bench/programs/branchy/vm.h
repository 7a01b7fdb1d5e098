// SPDX-License-Identifier: MIT
// A small register machine's code, shared by the two interpreters: the loop counts, sorts of adds and
// branches, and one memory cell in eight.
#ifndef VM_H
#define VM_H

#include "bench.h"

enum op { OP_ADD, OP_SUB, OP_MUL, OP_XOR, OP_SHIFT, OP_LOAD, OP_STORE, OP_LESS, OP_JUMP_IF, OP_MOVE, OP_LOOP, OP_END };
struct insn {
    uint8_t op, d, a, b;
    int32_t imm;
};

static const struct insn vm_code[] = {
    {OP_ADD, 1, 1, 0, 17},    {OP_MUL, 2, 1, 3, 5},    {OP_XOR, 3, 2, 1, 0x55}, {OP_SHIFT, 4, 3, 0, 7},
    {OP_STORE, 0, 4, 3, 0},   {OP_LESS, 5, 4, 2, 0},   {OP_JUMP_IF, 0, 5, 0, 3}, {OP_SUB, 4, 4, 1, 3},
    {OP_MOVE, 6, 4, 0, 0},    {OP_LOAD, 7, 6, 0, 0},   {OP_ADD, 1, 1, 7, 1},    {OP_XOR, 2, 2, 7, 9},
    {OP_LESS, 5, 1, 2, 0},    {OP_JUMP_IF, 0, 5, 0, 2}, {OP_MUL, 3, 3, 1, 11},   {OP_SHIFT, 3, 3, 0, 3},
    {OP_LOOP, 0, 0, 0, -16},  {OP_END, 0, 0, 0, 0},
};

#endif
