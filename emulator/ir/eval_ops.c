// SPDX-License-Identifier: MIT
// One C function per IR operation, made from the meanings in ir/ops.def. Each loads its operands
// from the state, does what the row says, stores the result and goes on with the next operation: by
// a tail call where the compiler makes them, else by returning to the loop in eval_run. A local
// variable whose address a row takes stands in a block of its own, since the compiler makes no tail
// call while there is one.
#include "ir/eval_meaning.h"

#include <sys/random.h>
#include <time.h>

#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(EVAL_NO_TAIL_CALLS)
#    define EVAL_GOTO(next)                       \
        do {                                      \
            const struct eval_op *next_ = (next); \
            return next_->fn(s, next_);           \
        } while (0)
#else
#    define EVAL_GOTO(next) return (next)
#endif

#define TYPE_N    char
#define TYPE_W    uint32_t
#define TYPE_X    uint64_t
#define TYPE_V    union ir_val
#define TYPE_F    uint32_t
#define LOAD_N(o) 0
#define LOAD_W(o) *(uint32_t *)SLOT(o)
#define LOAD_X(o) *(uint64_t *)SLOT(o)
#define LOAD_V(o) *(union ir_val *)SLOT(o)
#define LOAD_F(o) *(uint32_t *)SLOT(o)
#define STORE_N(o, v)
#define STORE_W(o, v) *(uint64_t *)SLOT(o) = (v)
#define STORE_X(o, v) *(uint64_t *)SLOT(o) = (v)
#define STORE_V(o, v) *(union ir_val *)SLOT(o) = (v)
#define STORE_F(o, v) *(uint64_t *)SLOT(o) = (v)

#define UNSIGNED_8  uint8_t
#define UNSIGNED_16 uint16_t
#define UNSIGNED_32 uint32_t
#define UNSIGNED_64 uint64_t
#define SIGNED_8    int8_t
#define SIGNED_16   int16_t
#define SIGNED_32   int32_t
#define SIGNED_64   int64_t

#define EVAL_LINK(imm)                                               \
    {                                                                \
        const struct eval_link *l = (const struct eval_link *)(imm); \
        if (unlikely(s->interrupt))                                  \
            return ir_leave(s, IR_EXIT_INTERRUPT, l->stub.imm);      \
        EVAL_GOTO(l->code);                                          \
    }
#define EVAL_INDIRECT(to, kind)                                                    \
    {                                                                              \
        const struct ir_jump *j = &s->jumps[kind][((to) >> 2) % IR_JUMPS];         \
        if (likely(j->pc == (to) && !s->interrupt))                                \
            EVAL_GOTO(j->code);                                                    \
        s->link = NULL;                                                            \
        s->branch = kind;                                                          \
        return ir_leave(s, s->interrupt ? IR_EXIT_INTERRUPT : IR_EXIT_LOOKUP, to); \
    }
#define EVAL_EXIT(pc, why) return ir_leave(s, (enum ir_exit)(why), pc);

#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wuninitialized"
#ifndef __clang__
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#define EVAL_FUNCTION(fname, loadb, tr, ta, tb, tc, flags, bits, ...)                \
    static const struct eval_op *fname(struct ir_state *s, const struct eval_op *op) \
    {                                                                                \
        typedef UNSIGNED_##bits U MAYBE_UNUSED;                                      \
        typedef SIGNED_##bits S MAYBE_UNUSED;                                        \
        enum { BITS = bits };                                                        \
        struct fp_env *fp MAYBE_UNUSED = &s->fp;                                     \
        uint64_t imm MAYBE_UNUSED = op->imm;                                         \
        TYPE_##ta a MAYBE_UNUSED = LOAD_##ta(op->a);                                 \
        TYPE_##tb b MAYBE_UNUSED = loadb;                                            \
        TYPE_##tc c MAYBE_UNUSED = LOAD_##tc(op->c);                                 \
        TYPE_##tr r MAYBE_UNUSED;                                                    \
        int qc MAYBE_UNUSED = 0;                                                     \
        if ((flags)&IR_MEM) {                                                        \
            s->fault_op = op;                                                        \
            __asm__ volatile("" ::: "memory");                                       \
        }                                                                            \
        __VA_ARGS__                                                                  \
        if ((flags)&IR_MEM)                                                          \
            __asm__ volatile("" ::: "memory");                                       \
        STORE_##tr(op->d, r);                                                        \
        if (qc)                                                                      \
            fp->fpsr |= FPSR_QC;                                                     \
        EVAL_GOTO(op + 1);                                                           \
    }

#define EVAL_IMM_N_W(...) EVAL_FUNCTION(__VA_ARGS__)
#define EVAL_IMM_N_X(...) EVAL_FUNCTION(__VA_ARGS__)
#define EVAL_IMM_N_N(...)
#define EVAL_IMM_N_V(...)
#define EVAL_IMM_N_F(...)
#define EVAL_IMM_I_N(...)
#define EVAL_IMM_I_W(...)
#define EVAL_IMM_I_X(...)
#define EVAL_IMM_I_V(...)
#define EVAL_IMM_I_F(...)
#define EVAL_IMM_C_N(...)
#define EVAL_IMM_L_N(...)
#define EVAL_IMM_L_X(...)

enum {
    NONE = IR_NONE,
    PURE = IR_PURE,
    COMM = IR_COMM,
    STATE = IR_STATE,
    MEM = IR_MEM,
    ENV = IR_ENV,
    EXIT = IR_EXIT
};

#define IR_OP(name, tr, ta, tb, tc, lit, flags, bits, ...)                                \
    EVAL_FUNCTION(run_##name, LOAD_##tb(op->b), tr, ta, tb, tc, flags, bits, __VA_ARGS__) \
    EVAL_IMM_##lit##_##tb(run_imm_##name, (TYPE_##tb)imm, tr, ta, tb, tc, flags, bits, __VA_ARGS__)
#include "ir/ops.def"
#undef IR_OP

eval_fn *const eval_handler[IR_OP_COUNT] = {
#define IR_OP(name, r, a, b, c, lit, flags, bits, ...) [IR_##name] = run_##name,
#include "ir/ops.def"
#undef IR_OP
};

#undef EVAL_IMM_N_W
#undef EVAL_IMM_N_X
#define EVAL_IMM_N_W(name) [IR_##name] = run_imm_##name,
#define EVAL_IMM_N_X(name) [IR_##name] = run_imm_##name,
eval_fn *const eval_handler_imm[IR_OP_COUNT] = {
#define IR_OP(name, r, a, b, c, lit, flags, bits, ...) EVAL_IMM_##lit##_##b(name)
#include "ir/ops.def"
#undef IR_OP
};

const struct eval_op *eval_return(struct ir_state *s, const struct eval_op *op)
{
    (void)s, (void)op;
    return NULL;
}

const struct eval_op *eval_count(struct ir_state *s, const struct eval_op *op)
{
    // Threads that count at once may lose a run; the counter gets to 0 all the same.
    uint16_t *left = op->left;
    uint16_t now = (uint16_t)(__atomic_load_n(left, __ATOMIC_RELAXED) - 1);
    __atomic_store_n(left, now, __ATOMIC_RELAXED);
    if (unlikely(now == 0))
        return ir_leave(s, IR_EXIT_HOT, op->imm);
    EVAL_GOTO(op + 2);
}

const struct eval_op *eval_unresolved(struct ir_state *s, const struct eval_op *op)
{
    _Static_assert(offsetof(struct eval_link, stub) == 0, "the stub's address is the link's");
    s->link = (struct eval_link *)op;
    return ir_leave(s, IR_EXIT_LOOKUP, op->imm);
}

// Whether it was a copy's source that failed, which is read first. If the host does not tell, its
// address is one that the host does not have.
static bool is_source(const struct ir_state *s, const struct eval_op *op, enum eval_access access)
{
    uint64_t from = *(const uint64_t *)((const char *)s + op->b);
    if (op->fn != eval_handler[IR_mem_copy])
        return false;
    return access == EVAL_UNKNOWN ? ir_untag(from) != (uint64_t)bits_sext(from, 48)
                                  : access == EVAL_READ;
}

// Operand a of every access is its address, the literal (if it has one) the offset. What stands in
// imm of the others may be a constant operand b.
uint64_t eval_fault_address(const struct ir_state *s, const struct eval_op *op,
                            enum eval_access access)
{
    uint64_t offset = 0;
    for (unsigned i = 0; i < IR_OP_COUNT; i++)
        if (eval_handler[i] == op->fn && ir_op_info[i].flags & IR_IMM && i != IR_stg)
            offset = op->imm; // that of stg is a number of granules
    uint64_t addr = *(const uint64_t *)((const char *)s + op->a) + offset;
    return is_source(s, op, access) ? *(const uint64_t *)((const char *)s + op->b) : addr;
}

// Stores have no result, and no loads are for their effect. Atomic operations read first.
bool eval_fault_writes(const struct ir_state *s, const struct eval_op *op, enum eval_access access)
{
    for (unsigned i = 0; i < IR_OP_COUNT; i++)
        if (eval_handler[i] == op->fn || eval_handler_imm[i] == op->fn)
            return ir_op_info[i].result == IR_TYPE_N && i != IR_probe && !is_source(s, op, access);
    return false;
}

uint64_t eval_clock(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

uint64_t eval_random(void)
{
    uint64_t v = 0;
    while (getrandom(&v, sizeof v, 0) != sizeof v)
        ;
    return v;
}

uint32_t eval_stx(struct ir_state *s, uint64_t addr, unsigned size, union ir_val v)
{
    struct ir_monitor m = s->monitor;
    s->monitor.size = 0;
    addr = ir_untag(addr);
    if (m.size != size || m.addr != addr)
        return 1;
    union ir_val old = {.l64 = {m.lo, m.hi}};
    switch (size) {
    case 1:
        return !__atomic_compare_exchange_n((uint8_t *)addr, &old.l8[0], v.l8[0], 0,
                                            __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    case 2:
        return !__atomic_compare_exchange_n((uint16_t *)addr, &old.l16[0], v.l16[0], 0,
                                            __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    case 4:
        return !__atomic_compare_exchange_n((uint32_t *)addr, &old.l32[0], v.l32[0], 0,
                                            __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    case 8:
        return !__atomic_compare_exchange_n((uint64_t *)addr, &old.l64[0], v.l64[0], 0,
                                            __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    default: {
        union ir_val was = eval_cas128(addr, old, v);
        return was.l64[0] != m.lo || was.l64[1] != m.hi;
    }
    }
}

void eval_run(struct ir_state *s, const struct eval_op *op)
{
    while (op)
        op = op->fn(s, op);
}

union ir_val eval_pure(enum ir_op op, const union ir_val operand[3], uint64_t imm)
{
    struct {
        struct ir_state s;
        union ir_val v[4];
    } m;
    memset(&m.s, 0, offsetof(struct ir_state, registers)); // which nobody looks at
    m.v[3] = (union ir_val){0};
    memcpy(m.v, operand, 3 * sizeof m.v[0]);
    uint16_t at = (uint16_t)((char *)m.v - (char *)&m.s), w = sizeof m.v[0];
    struct eval_op ops[2] = {{.fn = eval_handler[op],
                              .d = (uint16_t)(at + 3 * w),
                              .a = at,
                              .b = (uint16_t)(at + w),
                              .c = (uint16_t)(at + 2 * w),
                              .imm = imm},
                             {.fn = eval_return}};
    eval_run(&m.s, ops);
    return m.v[3];
}
