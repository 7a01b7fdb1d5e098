// SPDX-License-Identifier: MIT
#include "linux/cbpf.h"

#include "base/host.h"

#include <string.h>

// Instructions with an operand K or X are one case each, the constant being a bit of the code.
#define K_OR_X(code)     \
    case (code) | BPF_K: \
    case (code) | BPF_X

static bool is_scratch(uint16_t code)
{
    return code == BPF_ST || code == BPF_STX || code == (BPF_LD | BPF_MEM) ||
           code == (BPF_LDX | BPF_MEM);
}

// Whether `in`, which has `left` instructions behind it, is one of the filters' and within bounds.
static bool is_known(const struct sock_filter *in, unsigned left, unsigned size)
{
    switch (in->code) {
    case BPF_LD | BPF_W | BPF_ABS: return in->k < size && !(in->k & 3);
    case BPF_LD | BPF_W | BPF_LEN:
    case BPF_LDX | BPF_W | BPF_LEN:
    case BPF_LD | BPF_IMM:
    case BPF_LDX | BPF_IMM:
    case BPF_MISC | BPF_TAX:
    case BPF_MISC | BPF_TXA:
    case BPF_RET | BPF_K:
    case BPF_RET | BPF_A:
    case BPF_ALU | BPF_NEG:
        K_OR_X(BPF_ALU | BPF_ADD)
            : K_OR_X(BPF_ALU | BPF_SUB)
            : K_OR_X(BPF_ALU | BPF_MUL)
            : K_OR_X(BPF_ALU | BPF_AND)
            : K_OR_X(BPF_ALU | BPF_OR)
            : K_OR_X(BPF_ALU | BPF_XOR)
            : case BPF_ALU | BPF_LSH | BPF_X : case BPF_ALU | BPF_RSH |
                                               BPF_X : case BPF_ALU | BPF_DIV | BPF_X : return true;
    case BPF_ALU | BPF_DIV | BPF_K: return in->k;
    case BPF_ALU | BPF_LSH | BPF_K:
    case BPF_ALU | BPF_RSH | BPF_K: return in->k < 32;
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_MEM:
    case BPF_ST:
    case BPF_STX: return in->k < BPF_MEMWORDS;
    case BPF_JMP | BPF_JA:
        return in->k < left;
        K_OR_X(BPF_JMP | BPF_JEQ)
            : K_OR_X(BPF_JMP | BPF_JGE)
            : K_OR_X(BPF_JMP | BPF_JGT)
            : K_OR_X(BPF_JMP | BPF_JSET) : return in->jt < left &&
            in->jf < left;
    default: return false;
    }
}

// Whether every word of scratch that is read was written before, whichever way led there. `written`
// are those of an instruction's beginning on all ways that are known so far.
static bool reads_what_is_written(const struct sock_filter *code, unsigned count)
{
    uint16_t written[BPF_MAXINSNS];
    memset(written, 0xff, count * sizeof *written);
    written[0] = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct sock_filter *in = &code[i];
        uint16_t now = written[i];
        if (is_scratch(in->code)) {
            uint16_t word = (uint16_t)(1u << in->k);
            if (BPF_CLASS(in->code) == BPF_LD || BPF_CLASS(in->code) == BPF_LDX) {
                if (!(now & word))
                    return false;
            } else {
                now |= word;
            }
        }
        if (BPF_CLASS(in->code) == BPF_RET)
            continue;
        if (BPF_CLASS(in->code) != BPF_JMP) {
            written[i + 1] &= now;
        } else if (BPF_OP(in->code) == BPF_JA) {
            written[i + 1 + in->k] &= now;
        } else {
            written[i + 1 + in->jt] &= now;
            written[i + 1 + in->jf] &= now;
        }
    }
    return true;
}

bool cbpf_is_valid(const struct sock_filter *code, unsigned count, unsigned size)
{
    if (!count || count > BPF_MAXINSNS || BPF_CLASS(code[count - 1].code) != BPF_RET)
        return false;
    for (unsigned i = 0; i < count; i++)
        if (!is_known(&code[i], count - 1 - i, size))
            return false;
    return reads_what_is_written(code, count);
}

// A jump that goes on behind itself in one of its cases is one instruction if the kernel has it
// with that case reversed; a constant is signed there.
static unsigned jump_length(const struct sock_filter *in)
{
    bool constant = BPF_SRC(in->code) == BPF_K && in->k >> 31;
    bool one = !in->jf || (!in->jt && BPF_OP(in->code) != BPF_JSET);
    return (one ? 1 : 2) + constant;
}

unsigned cbpf_length(const struct sock_filter *code, unsigned count)
{
    unsigned n = 3; // both registers are cleared, the record's address is kept
    for (const struct sock_filter *in = code; in < code + count; in++) {
        if (BPF_CLASS(in->code) == BPF_JMP && BPF_OP(in->code) != BPF_JA)
            n += jump_length(in);
        else if (in->code == (BPF_ALU | BPF_DIV | BPF_X))
            n += 5; // with a way out for zero
        else
            n += in->code == (BPF_RET | BPF_K) ? 2 : 1;
    }
    return n;
}

static uint32_t word_at(const void *record, uint32_t at)
{
    uint32_t word;
    memcpy(&word, (const char *)record + at, sizeof word);
    return word;
}

// a (op) b; a shift by a register looks at its lower five bits, as on all machines that compile
// filters. Division by zero is the caller's.
static uint32_t compute(uint16_t op, uint32_t a, uint32_t b)
{
    switch (op) {
    case BPF_ADD: return a + b;
    case BPF_SUB: return a - b;
    case BPF_MUL: return a * b;
    case BPF_DIV: return a / b;
    case BPF_AND: return a & b;
    case BPF_OR: return a | b;
    case BPF_XOR: return a ^ b;
    case BPF_LSH: return a << (b & 31);
    case BPF_RSH: return a >> (b & 31);
    default: return -a; // BPF_NEG
    }
}

static bool holds(uint16_t op, uint32_t a, uint32_t b)
{
    switch (op) {
    case BPF_JEQ: return a == b;
    case BPF_JGE: return a >= b;
    case BPF_JGT: return a > b;
    default: return a & b; // BPF_JSET
    }
}

uint32_t cbpf_run(const struct sock_filter *code, const void *record, unsigned size)
{
    uint32_t a = 0, x = 0, scratch[BPF_MEMWORDS];
    for (const struct sock_filter *in = code;; in++) {
        uint32_t b = BPF_SRC(in->code) == BPF_X ? x : in->k;
        switch (in->code) {
        case BPF_LD | BPF_W | BPF_ABS: a = word_at(record, in->k); continue;
        case BPF_LD | BPF_W | BPF_LEN: a = size; continue;
        case BPF_LDX | BPF_W | BPF_LEN: x = size; continue;
        case BPF_LD | BPF_IMM: a = in->k; continue;
        case BPF_LDX | BPF_IMM: x = in->k; continue;
        case BPF_LD | BPF_MEM: a = scratch[in->k]; continue;
        case BPF_LDX | BPF_MEM: x = scratch[in->k]; continue;
        case BPF_ST: scratch[in->k] = a; continue;
        case BPF_STX: scratch[in->k] = x; continue;
        case BPF_MISC | BPF_TAX: x = a; continue;
        case BPF_MISC | BPF_TXA: a = x; continue;
        case BPF_RET | BPF_K: return in->k;
        case BPF_RET | BPF_A: return a;
        case BPF_JMP | BPF_JA: in += in->k; continue;
        default: break;
        }
        if (BPF_CLASS(in->code) == BPF_JMP)
            in += holds(BPF_OP(in->code), a, b) ? in->jt : in->jf;
        else if (BPF_OP(in->code) == BPF_DIV && !b)
            return 0;
        else
            a = compute(BPF_OP(in->code), a, b);
    }
}
