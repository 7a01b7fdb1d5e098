// SPDX-License-Identifier: MIT
#include "debug/agent.h"

#include "base/bits.h"
#include "debug/gdb_regs.h"
#include "linux/guest.h"
#include "linux/thread.h"

#include <string.h>

enum { STACK = 64, MOST_STEPS = 10000 };

enum opcode {
    OP_ADD = 0x02,
    OP_SUB,
    OP_MUL,
    OP_DIV_SIGNED,
    OP_DIV_UNSIGNED,
    OP_REM_SIGNED,
    OP_REM_UNSIGNED,
    OP_LSH,
    OP_RSH_SIGNED,
    OP_RSH_UNSIGNED,
    OP_LOG_NOT = 0x0e,
    OP_BIT_AND,
    OP_BIT_OR,
    OP_BIT_XOR,
    OP_BIT_NOT,
    OP_EQUAL,
    OP_LESS_SIGNED,
    OP_LESS_UNSIGNED,
    OP_EXT,
    OP_REF8,
    OP_REF16,
    OP_REF32,
    OP_REF64,
    OP_IF_GOTO = 0x20,
    OP_GOTO,
    OP_CONST8,
    OP_CONST16,
    OP_CONST32,
    OP_CONST64,
    OP_REG,
    OP_END,
    OP_DUP,
    OP_POP,
    OP_ZERO_EXT,
    OP_SWAP,
    OP_PICK = 0x32,
    OP_ROT,
};

// How an opcode is made up: bytes of its operand behind it, values it takes and leaves.
struct shape {
    uint8_t known, operand, takes, leaves;
};
static const struct shape shapes[] = {
    [OP_ADD... OP_RSH_UNSIGNED] = {1, 0, 2, 1},
    [OP_LOG_NOT] = {1, 0, 1, 1},
    [OP_BIT_AND... OP_BIT_XOR] = {1, 0, 2, 1},
    [OP_BIT_NOT] = {1, 0, 1, 1},
    [OP_EQUAL... OP_LESS_UNSIGNED] = {1, 0, 2, 1},
    [OP_EXT] = {1, 1, 1, 1},
    [OP_REF8... OP_REF64] = {1, 0, 1, 1},
    [OP_IF_GOTO] = {1, 2, 1, 0},
    [OP_GOTO] = {1, 2, 0, 0},
    [OP_CONST8] = {1, 1, 0, 1},
    [OP_CONST16] = {1, 2, 0, 1},
    [OP_CONST32] = {1, 4, 0, 1},
    [OP_CONST64] = {1, 8, 0, 1},
    [OP_REG] = {1, 2, 0, 1},
    [OP_END] = {1, 0, 1, 1},
    [OP_DUP] = {1, 0, 1, 2},
    [OP_POP] = {1, 0, 1, 0},
    [OP_ZERO_EXT] = {1, 1, 1, 1},
    [OP_SWAP] = {1, 0, 2, 2},
    [OP_PICK] = {1, 1, 0, 1},
    [OP_ROT] = {1, 0, 3, 3},
};

struct machine {
    struct thread *t;
    uint64_t stack[STACK + 1]; // from 1 on
    unsigned depth;            // how many there are
};

static uint64_t operand_of(const uint8_t *code, unsigned bytes)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < bytes; i++)
        v = v << 8 | code[i];
    return v;
}

// An operation on two values; false: a division by zero.
static bool binary(enum opcode op, uint64_t a, uint64_t b, uint64_t *r)
{
    int64_t sa = (int64_t)a, sb = (int64_t)b;
    bool divides = op >= OP_DIV_SIGNED && op <= OP_REM_UNSIGNED;
    if (divides && !b)
        return false;
    if (divides && sb == -1) // also of the least number
        sa = op == OP_DIV_SIGNED ? (int64_t)-a : 0, sb = 1;
    switch ((unsigned)op) {
    case OP_ADD: *r = a + b; break;
    case OP_SUB: *r = a - b; break;
    case OP_MUL: *r = a * b; break;
    case OP_DIV_SIGNED: *r = (uint64_t)(sa / sb); break;
    case OP_DIV_UNSIGNED: *r = a / b; break;
    case OP_REM_SIGNED: *r = (uint64_t)(sa % sb); break;
    case OP_REM_UNSIGNED: *r = a % b; break;
    case OP_LSH: *r = b < 64 ? a << b : 0; break;
    case OP_RSH_SIGNED: *r = (uint64_t)(sa >> (b < 63 ? b : 63)); break;
    case OP_RSH_UNSIGNED: *r = b < 64 ? a >> b : 0; break;
    case OP_BIT_AND: *r = a & b; break;
    case OP_BIT_OR: *r = a | b; break;
    case OP_BIT_XOR: *r = a ^ b; break;
    case OP_EQUAL: *r = a == b; break;
    case OP_LESS_SIGNED: *r = (int64_t)a < (int64_t)b; break;
    default: *r = a < b; break;
    }
    return true;
}

// An operation on the value on top, or one that adds a value.
static bool other(struct machine *m, enum opcode op, uint64_t operand)
{
    uint64_t *top = &m->stack[m->depth], *next = top + 1, v;
    unsigned bits = (unsigned)operand;
    switch ((unsigned)op) {
    case OP_LOG_NOT: *top = !*top; break;
    case OP_BIT_NOT: *top = ~*top; break;
    case OP_EXT:
        if (!bits || bits > 64)
            return false;
        *top = (uint64_t)bits_sext(*top, bits);
        break;
    case OP_ZERO_EXT: *top &= bits_mask(bits); break;
    case OP_REF8:
    case OP_REF16:
    case OP_REF32:
    case OP_REF64:
        v = 0;
        if (!guest_read(&v, ir_untag(*top), (size_t)1 << (op - OP_REF8)))
            return false;
        *top = v;
        break;
    case OP_REG: return gdb_reg_number(m->t, bits, next);
    case OP_DUP: *next = *top; break;
    case OP_PICK:
        if (bits >= m->depth)
            return false;
        *next = top[-(int)bits];
        break;
    case OP_SWAP:
        v = *top;
        *top = top[-1];
        top[-1] = v;
        break;
    case OP_ROT: // the third becomes the first
        v = *top;
        *top = top[-1];
        top[-1] = top[-2];
        top[-2] = v;
        break;
    case OP_POP: break;
    default: *next = operand; break; // a constant
    }
    return true;
}

bool agent_evaluate(const uint8_t *code, size_t size, struct thread *t, uint64_t *result)
{
    struct machine m = {.t = t};
    size_t at = 0;
    for (unsigned steps = 0; at < size && steps < MOST_STEPS; steps++) {
        enum opcode op = (enum opcode)code[at];
        if ((unsigned)op >= ARRAY_LEN(shapes) || !shapes[op].known)
            return false;
        const struct shape *s = &shapes[op];
        if (at + 1 + s->operand > size || m.depth < s->takes ||
            m.depth - s->takes + s->leaves > STACK)
            return false;
        uint64_t operand = operand_of(code + at + 1, s->operand), *top = &m.stack[m.depth];
        at += 1 + s->operand;
        if (op == OP_END) {
            *result = *top;
            return true;
        }
        if (op == OP_GOTO || (op == OP_IF_GOTO && *top))
            at = operand;
        else if (s->takes == 2 && s->leaves == 1 && !binary(op, top[-1], *top, top - 1))
            return false;
        else if (op != OP_IF_GOTO && !(s->takes == 2 && s->leaves == 1) && !other(&m, op, operand))
            return false;
        m.depth = m.depth - s->takes + s->leaves;
    }
    return false;
}
