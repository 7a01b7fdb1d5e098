// SPDX-License-Identifier: MIT
// Two of the guest's vectors in one of the host's registers, of 256 bits. Code for several blocks
// of data at once, as ciphers have, does each step with one vector after another: two such
// instructions are one of the host's, and twice as many vectors have registers. In a loop, vectors
// that are only ever worked on two by two are twins: one is the low half, the other the high half
// of a register, for all of the loop. Instructions are brought together where nothing between them
// could leave the block and none of them depends on another.
//
// Twins for which there is no register left must be a passing result: everything that reads it is
// done right behind it, after which it is stored if somebody may still look.
#include "x64/vec.h"

#include <string.h>

#define VMOVDQA_STORE  P1(0x7f)
#define VINSERTI128    P3(0x38)
#define VEXTRACTI128   P3(0x39)
#define VBROADCASTI128 P2(0x5a)

enum {
    NONE = UINT16_MAX,
    NO_V = 0xff,
    REACH = 16,      // instructions between two that are done together
    MOST_BEHIND = 8, // done right behind one
    PASSING = 13,
    SHARED = 14, // registers: of a passing result, of a vector that both halves read
};

// By guest instruction.
static SCRATCH struct {
    uint32_t reads, writes; // vectors, a bit each
    uint16_t mate;          // the one it is done together with
    uint16_t behind;        // the one right behind which it is done, instead of in its place
    bool plain;             // it works on vectors alone, lane by lane
    bool looks;             // it may leave the block, or others come to it
    bool store;             // its passing result is stored
    bool done;
} insns[IR_PLACE_MAX];

// By vector: its twin, in the high half / in the low half of the register.
struct twins {
    uint8_t high[X64_FILE], low[X64_FILE];
};
static struct twins twins;

static unsigned v_of(const struct x64 *x, unsigned place)
{
    unsigned v = (place - x->guest->v) / 16u;
    return place >= x->guest->v && v < x->guest->n_v ? v : NO_V;
}

static unsigned place_of(const struct x64 *x, unsigned v)
{
    return x->guest->v + 16 * v;
}

// Behind its label, if others come to the instruction.
static unsigned first_op(const struct x64 *x, unsigned n)
{
    unsigned i = x->places->insn_start[n];
    return i + (i < x->places->n_ops && x->places->ops[i].op == IR_label);
}

static unsigned end_op(const struct x64 *x, unsigned n)
{
    return n + 1 < x->places->n_insns ? x->places->insn_start[n + 1] : x->places->n_ops;
}

// The place of operand k of p if that is a vector, of its result (k: 3); 0: it is none.
static unsigned vector_at(const struct ir_placed *p, unsigned k)
{
    const struct ir_op_info *info = &ir_op_info[p->op];
    if (p->op == IR_getv || p->op == IR_setv)
        return k == 0   ? (p->op == IR_getv ? (unsigned)p->imm : p->a)
               : k == 3 ? (p->op == IR_setv ? (unsigned)p->imm : p->d)
                        : 0;
    if (k == 3)
        return info->result == IR_TYPE_V ? p->d : 0;
    return info->operand[k] != IR_TYPE_V ? 0 : k == 0 ? p->a : k == 1 ? p->b : p->c;
}

// Operations whose lowerings do the same to both halves of a register, and touch no other kind.
bool x64_doubles(unsigned op)
{
    // clang-format off
#define TO64(name) [IR_##name##8] = true, [IR_##name##16] = true, [IR_##name##32] = true, [IR_##name##64] = true
#define TO32(name) [IR_##name##8] = true, [IR_##name##16] = true, [IR_##name##32] = true
#define FROM16(name) [IR_##name##16] = true, [IR_##name##32] = true, [IR_##name##64] = true
    static const bool doubled[IR_OP_COUNT] = {
        [IR_vand] = true, [IR_vor] = true, [IR_vxor] = true, [IR_vandn] = true, [IR_vnot] = true, [IR_vorn] = true,
        [IR_vbsl] = true, [IR_vmov] = true, [IR_setv] = true, [IR_vext] = true, [IR_vtbl] = true, [IR_vror32] = true,
        [IR_vror64] = true,
        [IR_vmul16] = true, [IR_vmul32] = true, [IR_vsshr16] = true, [IR_vsshr32] = true,
        [IR_vdupl32] = true, [IR_vdupl64] = true, [IR_vtrn116] = true, [IR_vtrn132] = true, [IR_vtrn164] = true,
        [IR_vtrn216] = true, [IR_vtrn232] = true, [IR_vtrn264] = true, [IR_vuzp132] = true, [IR_vuzp164] = true,
        [IR_vuzp232] = true, [IR_vuzp264] = true,
        TO64(vadd), TO64(vsub), TO64(vneg), TO64(vcmeq), TO64(vcmgt), TO64(vcmtst), TO64(vzip1), TO64(vzip2),
        TO32(vcmge), TO32(vcmhi), TO32(vcmhs), TO32(vsmax), TO32(vsmin), TO32(vumax), TO32(vumin), TO32(vabs), TO32(vrev),
        FROM16(vshl), FROM16(vushr),
    };
#undef TO64
#undef TO32
#undef FROM16
    // clang-format on
    return doubled[op];
}

// ---- what may be done together ----

static void look_at(const struct x64 *x, unsigned n)
{
    bool temp = false;
    unsigned first = first_op(x, n), end = end_op(x, n), last = 0;
    memset(&insns[n], 0, sizeof insns[n]);
    insns[n].mate = insns[n].behind = NONE;
    insns[n].plain = first < end;
    insns[n].looks = first > x->places->insn_start[n];
    for (unsigned i = first; i < end; i++) {
        const struct ir_placed *p = &x->places->ops[i];
        insns[n].looks |=
            !x64_lower_table[p->op] || ir_op_info[p->op].flags & (IR_MEM | IR_EXIT | IR_ENV);
        insns[n].plain &= x64_doubles(p->op);
        for (unsigned k = 0; k < 4; k++) {
            unsigned place = vector_at(p, k), v = v_of(x, place);
            if (v != NO_V)
                *(k == 3 ? &insns[n].writes : &insns[n].reads) |= 1u << v;
            else if (place && k < 3) // what was made in this instruction, in the first temporary
                insns[n].plain &= temp && place == x->guest->temps;
            else if (place)
                insns[n].plain &= place == x->guest->temps, temp = true;
        }
        last = i;
    }
    // One result, made last.
    insns[n].plain &= first < end && x->live[last] == 0 &&
                      v_of(x, vector_at(&x->places->ops[last], 3)) != NO_V &&
                      !(insns[n].writes & (insns[n].writes - 1));
}

// Whether it is the same in which order they are done.
static bool is_independent(unsigned n, unsigned m)
{
    return !(insns[n].writes & (insns[m].reads | insns[m].writes)) &&
           !(insns[n].reads & insns[m].writes);
}

// Makes a and b twins, unless one of them is another's.
static bool pair(struct twins *t, unsigned a, unsigned b)
{
    if (t->high[a] == b)
        return true;
    if (t->high[a] != NO_V || t->low[a] != NO_V || t->high[b] != NO_V || t->low[b] != NO_V)
        return false;
    t->high[a] = (uint8_t)b;
    t->low[b] = (uint8_t)a;
    return true;
}

// Whether instructions n and m do the same with other vectors, which become twins.
static bool match(const struct x64 *x, unsigned n, unsigned m)
{
    struct twins t = twins;
    unsigned first = first_op(x, n), count = end_op(x, n) - first, shared = 0;
    if (end_op(x, m) - first_op(x, m) != count)
        return false;
    for (unsigned i = 0; i < count; i++) {
        const struct ir_placed *p = &x->places->ops[first + i],
                               *q = &x->places->ops[first_op(x, m) + i];
        bool literal = ir_op_info[p->op].flags & IR_CLIT;
        if (p->op != q->op || p->imm_b != q->imm_b || (literal && p->c != q->c) ||
            (p->op != IR_setv && p->imm != q->imm))
            return false;
        for (unsigned k = 0; k < 4; k++) {
            unsigned a = v_of(x, vector_at(p, k)), b = v_of(x, vector_at(q, k));
            if ((a == NO_V) != (b == NO_V))
                return false;
            if (a == NO_V)
                continue;
            if (a == b && (k == 3 || (shared && shared != vector_at(p, k))))
                return false;
            if (a == b)
                shared = vector_at(p, k);
            else if (!pair(&t, a, b))
                return false;
        }
    }
    twins = t;
    return true;
}

// The instruction in whose place n is done.
static unsigned done_at(unsigned n)
{
    unsigned first = insns[n].mate < n ? insns[n].mate : n;
    return insns[first].behind == NONE ? first : insns[first].behind;
}

// Whether instruction m may be done in the place of n, before what stands between them.
static bool may_move(unsigned n, unsigned m)
{
    for (unsigned k = n + 1; k < m; k++)
        if (done_at(k) > n && k != insns[m].mate && !is_independent(k, m))
            return false;
    return true;
}

static void find_mate(const struct x64 *x, unsigned n)
{
    for (unsigned m = n + 1; m < x->places->n_insns && m <= n + REACH && !insns[m].looks; m++) {
        if (insns[m].plain && insns[m].mate == NONE && is_independent(n, m) && may_move(n, m) &&
            match(x, n, m)) {
            insns[n].mate = (uint16_t)m;
            insns[m].mate = (uint16_t)n;
            return;
        }
    }
}

// The vectors that instruction n reads for both halves.
static uint32_t shared_by(unsigned n)
{
    return insns[n].reads & insns[insns[n].mate].reads;
}

// Vectors that are not always worked on with their twins are none. Whether there were such: others
// may be none without them.
static bool part(const struct x64 *x)
{
    uint32_t alone = 0;
    for (unsigned n = 0; n < x->places->n_insns; n++) {
        unsigned mate = insns[n].mate;
        bool together = mate != NONE && (mate < n || may_move(n, mate));
        alone |= together ? shared_by(n) : insns[n].reads | insns[n].writes;
    }
    for (unsigned v = 0; v < X64_FILE; v++)
        if (alone >> v & 1) {
            if (twins.high[v] != NO_V)
                alone |= 1u << twins.high[v];
            if (twins.low[v] != NO_V)
                alone |= 1u << twins.low[v];
        }
    bool parted = false;
    for (unsigned n = 0; n < x->places->n_insns; n++)
        if (insns[n].mate != NONE && alone & ((insns[n].reads & ~shared_by(n)) | insns[n].writes)) {
            insns[insns[n].mate].mate = NONE;
            insns[n].mate = NONE;
            parted = true;
        }
    for (unsigned v = 0; v < X64_FILE; v++)
        if (alone >> v & 1)
            twins.high[v] = twins.low[v] = NO_V;
    return parted;
}

unsigned find_twins(struct x64 *x)
{
    unsigned together = 0;
    memset(&twins, NO_V, sizeof twins);
    for (unsigned n = 0; n < x->places->n_insns; n++)
        look_at(x, n);
    for (unsigned n = 0; n < x->places->n_insns; n++)
        if (insns[n].plain && insns[n].mate == NONE)
            find_mate(x, n);
    while (part(x))
        ;
    for (unsigned n = 0; n < x->places->n_insns; n++)
        together += insns[n].mate != NONE && insns[n].mate > n;
    return together;
}

unsigned high_twin(const struct x64 *x, unsigned place)
{
    unsigned v = v_of(x, place);
    return v == NO_V || twins.high[v] == NO_V ? 0 : place_of(x, twins.high[v]);
}

bool is_high_twin(const struct x64 *x, unsigned place)
{
    unsigned v = v_of(x, place);
    return v != NO_V && twins.low[v] != NO_V;
}

// ---- passing results ----

// The result of instruction n and its mate, vector v and its twin: whether all that reads it may be
// done right behind.
static bool passes(const struct x64 *x, unsigned n, unsigned v, uint32_t passing)
{
    unsigned behind = 0;
    insns[n].store = true;
    for (unsigned m = n + 1; m < x->places->n_insns && !insns[m].looks; m++) {
        if (insns[m].reads >> v & 1) {
            unsigned mate = insns[m].mate;
            if (mate == NONE || mate < m || insns[m].writes & passing || insns[m].behind != NONE ||
                behind++ == MOST_BEHIND || !may_move(n, m) || !may_move(n, mate))
                return false;
            insns[m].behind = (uint16_t)n;
        }
        if (insns[m].writes >> v & 1) {
            insns[n].store = false;
            return true;
        }
    }
    return true;
}

bool twins_pass(const struct x64 *x, uint32_t passing)
{
    for (unsigned n = 0; n < x->places->n_insns; n++)
        insns[n].behind = NONE;
    for (unsigned n = 0; n < x->places->n_insns; n++) {
        uint32_t made = insns[n].writes & passing;
        if (made && insns[n].mate > n && insns[n].behind == NONE &&
            !passes(x, n, (unsigned)__builtin_ctz(made), passing))
            return false;
    }
    // Each is read behind what made it, and nowhere else.
    for (unsigned n = 0; n < x->places->n_insns; n++) {
        unsigned maker = insns[n].behind;
        uint32_t made = maker == NONE ? 0 : insns[maker].writes;
        if (insns[n].mate != NONE && insns[n].mate > n && insns[n].reads & passing & ~made)
            return false;
    }
    return true;
}

// ---- code ----

void move_pin(struct x64 *x, unsigned reg, unsigned slot, unsigned high, bool load)
{
    x64_vrm(&x->a, load ? VMOVDQA : VMOVDQA_STORE, false, reg, 0, mem_of(x, slot));
    if (!high)
        return;
    if (load)
        x64_vrmi(&x->a, VINSERTI128 | X64_256, false, reg, reg, mem_of(x, high), 1);
    else
        x64_vrmi(&x->a, VEXTRACTI128 | X64_256, false, reg, 0, mem_of(x, high), 1);
}

void clear_high_halves(struct x64 *x)
{
    x64_byte(&x->a, 0xc5); // vzeroupper
    x64_byte(&x->a, 0xf8);
    x64_byte(&x->a, 0x77);
}

unsigned both_halves(struct x64 *x, struct x64_mem m)
{
    uint32_t lent = x->lent;
    unsigned r = lend_xmm(x);
    x->lent = lent | (x->lent & x->lent_spilled);
    x64_vrm(&x->a, VBROADCASTI128 | X64_256, false, r, 0, m);
    return r;
}

// The vector at `place` goes to both halves of a register.
static void share(struct x64 *x, unsigned place)
{
    unsigned r = xmm_at(x, place);
    if (r == X64_NONE)
        x64_vrm(&x->a, VBROADCASTI128 | X64_256, false, SHARED, 0, mem_of(x, place));
    else
        x64_vrri(&x->a, VINSERTI128 | X64_256, false, SHARED, r, r, 1);
    x->xmm_at[place / 8] = SHARED;
    x->reserved |= 1u << SHARED;
}

static void lower_both(struct x64 *x, unsigned n)
{
    unsigned mate = insns[n].mate;
    unsigned shared = shared_by(n) ? place_of(x, (unsigned)__builtin_ctz(shared_by(n))) : 0;
    uint8_t own = x->xmm_at[shared / 8];
    if (shared)
        share(x, shared);
    x->insn = n;
    x->doubled = true;
    for (x->i = first_op(x, n); x->i < end_op(x, n); x->i++)
        lower_next(x);
    x->doubled = false;
    for (unsigned i = first_op(x, mate); i < end_op(x, mate); i++)
        note_low(x, &x->places->ops[i]);
    x->xmm_at[shared / 8] = own;
    x->reserved &= ~(1u << SHARED);
    insns[n].done = insns[mate].done = true;
}

// What reads the passing result of instruction n.
static void lower_behind(struct x64 *x, unsigned n)
{
    for (unsigned m = n + 1; m < x->places->n_insns && !insns[m].looks; m++)
        if (insns[m].behind == n)
            lower_both(x, m);
}

bool lower_twins(struct x64 *x)
{
    unsigned n = x->insn;
    if (!x->has_twins || x->i != first_op(x, n) || insns[n].mate == NONE)
        return false;
    if (!insns[n].done) {
        unsigned result = vector_at(&x->places->ops[end_op(x, n) - 1], 3);
        bool passing = xmm_at(x, result) == X64_NONE;
        if (passing) {
            settle_flags(x); // what reads the result comes before others that read the flags
            forget_there(x, 1u << PASSING);
            x->xmm_at[result / 8] = PASSING;
            x->reserved |= 1u << PASSING;
        }
        lower_both(x, n);
        if (passing) {
            lower_behind(x, n);
            if (insns[n].store)
                move_pin(x, PASSING, result, high_twin(x, result), false);
            x->xmm_at[result / 8] = X64_NONE;
            x->reserved &= ~(1u << PASSING);
        }
    }
    x->insn = n;
    x->i = end_op(x, n) - 1;
    return true;
}
