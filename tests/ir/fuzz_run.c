// SPDX-License-Identifier: MIT
#include "base/die.h"
#include "fuzz.h"
#include "ir/eval_ops.h"
#include "ir/tags.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static sigjmp_buf recover;
static struct ir_jump no_jumps[IR_JUMPS];
static struct arena arena;

static uint64_t host_fault_addr; // where the host says the last fault was

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    host_fault_addr = (uint64_t)info->si_addr;
    siglongjmp(recover, 1);
}

// Tags of the window's granules: mostly 0, like those of most addresses. Its last page has none.
static uint8_t tags[FUZZ_WINDOW / (2 * IR_TAG_GRANULE)];

static void begin_tags(void)
{
    static uint8_t pages = 1;
    for (unsigned i = 0; i < sizeof tags; i++)
        tags[i] = i % 7 == 3 ? 0x05 : i % 7 == 5 ? 0x70 : 0;
    ir_tag_memory = (struct ir_tag_memory){FUZZ_DATA, FUZZ_WINDOW, tags, &pages};
}

void fuzz_init(void)
{
    void *want = (void *)(FUZZ_DATA - 4096);
    // The neighbours are reserved and inaccessible.
    if (mmap(want, FUZZ_WINDOW + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
             -1, 0) != want ||
        mprotect((void *)FUZZ_DATA, FUZZ_WINDOW, PROT_READ | PROT_WRITE) != 0)
        die("the test's memory window cannot be mapped");
    for (int sig = SIGBUS; sig; sig = sig == SIGBUS ? SIGSEGV : 0)
        sigaction(
            sig, &(struct sigaction){.sa_sigaction = on_fault, .sa_flags = SA_NODEFER | SA_SIGINFO},
            NULL);
    no_jumps[0].pc = 4; // slot 0 must not match pc 0
    arena_init(&arena, 1 << 20);
}

void fuzz_start(struct fuzz_result *start, uint64_t *seed)
{
    memset(start, 0, sizeof *start);
    struct fuzz_state *st = &start->state;
    for (unsigned i = 0; i < FUZZ_X; i++)
        st->x[i] = fuzz_random(seed) >> (fuzz_random(seed) % 3 * 24);
    for (unsigned i = 0; i < FUZZ_F; i++)
        st->f[i] = fuzz_random(seed) >> 60;
    for (unsigned i = 0; i < FUZZ_V; i++)
        st->v[i] = (union ir_val){.l64 = {fuzz_random(seed), fuzz_random(seed)}};
    st->s.fp.fpcr = (uint32_t)(fuzz_random(seed) >> 60) << FPCR_RMODE_SHIFT;
    st->s.interrupt = fuzz_random(seed) >> 60 == 0;
    st->s.tagging.checks = (uint32_t)(fuzz_random(seed) >> 62);
    for (unsigned kind = 0; kind < IR_BRANCH_KINDS; kind++)
        st->s.jumps[kind] = no_jumps;
    st->s.pac.enabled = fuzz_random(seed) >> 60;
    for (unsigned i = 0; i < IR_PAC_KEYS; i++)
        st->s.pac.key[i] = (struct ir_pac_key){fuzz_random(seed), fuzz_random(seed)};
    for (unsigned i = 0; i < FUZZ_WINDOW; i += 8) {
        uint64_t word = fuzz_random(seed);
        memcpy(start->memory + i, &word, 8);
    }
}

static void begin(const struct fuzz_result *start, struct fuzz_result *out)
{
    out->state = start->state;
    out->fault = false;
    out->insn = 0;
    memcpy((void *)FUZZ_DATA, start->memory, FUZZ_WINDOW);
    begin_tags();
}

static void end(struct fuzz_result *out)
{
    struct fuzz_state *st = &out->state;
    out->fault = ir_exit_in_flight((enum ir_exit)st->s.exit);
    memcpy(out->memory, (void *)FUZZ_DATA, FUZZ_WINDOW);
}

static void take_fault(struct fuzz_state *st, uint64_t addr)
{
    st->s.exit = IR_EXIT_FAULT;
    st->s.fault_addr = addr;
}

void fuzz_run_evaluator(const struct ir_block *ir, const struct fuzz_result *start,
                        struct fuzz_result *out)
{
    static struct eval_code code;
    begin(start, out);
    arena_reset(&arena);
    assert_msg(eval_compile(ir, &arena, offsetof(struct fuzz_state, temps), 0, &code),
               "the test's arena is too small");
    if (sigsetjmp(recover, 0))
        take_fault(&out->state, ir_untag(eval_fault_address(&out->state.s, out->state.s.fault_op,
                                                            EVAL_UNKNOWN)));
    else
        eval_run(&out->state.s, code.ops);
    end(out);
    if (out->fault)
        out->insn = eval_insn_of(&code, out->state.s.fault_op);
}

// One value of the reference, in the temporaries' place: 0 to 2 the operands, 3 the result.
static union ir_val run_operation(struct fuzz_state *st, const struct ir_inst *in,
                                  const union ir_val operand[3])
{
    const uint16_t at = offsetof(struct fuzz_state, temps);
    struct eval_op ops[2] = {{eval_handler[in->op], at + 48, at, at + 16, at + 32, in->imm},
                             {.fn = eval_return}};
    if (ir_op_info[in->op].flags & IR_CLIT)
        ops[0].c = in->c;
    memcpy(st->temps, operand, 3 * sizeof *operand);
    st->temps[3] = (union ir_val){.l64 = {0, 0}};
    st->s.exit = IR_EXIT_NONE;
    eval_run(&st->s, ops);
    return st->temps[3];
}

static void leave(struct fuzz_state *st, uint64_t pc, enum ir_exit why)
{
    st->s.pc = pc;
    st->s.exit = why;
}

// Leaves for `pc`, which has no translation.
static void branch(struct fuzz_state *st, uint64_t pc)
{
    leave(st, pc, st->s.interrupt ? IR_EXIT_INTERRUPT : IR_EXIT_LOOKUP);
}

// Operations that move values to and from the state, or leave; true if it was one. Written without
// the rows' meanings.
static bool move_or_leave(struct fuzz_state *st, const struct ir_inst *in, const union ir_val *a,
                          union ir_val *r)
{
    char *slot = ir_op_info[in->op].flags & IR_STATE ? (char *)st + in->imm : NULL;
    bool taken;
    switch ((unsigned)in->op) {
    case IR_nop:
    case IR_insn: return true;
    case IR_getw:
    case IR_getf: memcpy(r, slot, 4); return true;
    case IR_getx: memcpy(r, slot, 8); return true;
    case IR_getv: memcpy(r, slot, 16); return true;
    case IR_setx:
    case IR_setf: memcpy(slot, a, 8); return true;
    case IR_setv: memcpy(slot, a, 16); return true;
    case IR_br:
    case IR_call: taken = true; break;
    case IR_br_cond: taken = ir_cond_holds(in->c, a->l32[0]); break;
    case IR_br_nz32: taken = a->l32[0] != 0; break;
    case IR_br_nz64: taken = a->l64[0] != 0; break;
    case IR_br_z32: taken = a->l32[0] == 0; break;
    case IR_br_z64: taken = a->l64[0] == 0; break;
    case IR_br_reg:
    case IR_call_reg:
    case IR_ret: branch(st, a->l64[0]); return true;
    case IR_exit: leave(st, in->imm, (enum ir_exit)in->c); return true;
    default: return false;
    }
    if (taken)
        branch(st, in->imm);
    return true;
}

void fuzz_run_reference(const struct ir_block *ir, const struct fuzz_result *start,
                        struct fuzz_result *out)
{
    static union ir_val value[FUZZ_INSTS];
    static struct fuzz_state *st, before; // before: at the start of the guest instruction
    static unsigned insn;
    begin(start, out);
    st = &out->state;
    st->s.exit = IR_EXIT_NONE;
    insn = 0;
    if (sigsetjmp(recover, 0)) {
        take_fault(st, host_fault_addr);
    } else {
        for (unsigned i = 1; i < ir->count && st->s.exit == IR_EXIT_NONE; i++) {
            const struct ir_inst *in = &ir->inst[i];
            if (in->op == IR_insn) {
                insn = (unsigned)(in->imm - ir->pc) / 4;
                before = *st;
            }
            bool has_c = !(ir_op_info[in->op].flags & IR_CLIT);
            union ir_val operand[3] = {value[in->a], value[in->b], value[has_c ? in->c : 0]};
            value[i] = (union ir_val){.l64 = {0, 0}};
            if (!move_or_leave(st, in, &operand[0], &value[i]))
                value[i] = run_operation(st, in, operand);
        }
    }
    end(out);
    if (out->fault) {
        // The fault's state is that of the instruction's beginning; what it did to memory, fpsr and
        // the monitor stays.
        out->insn = insn;
        memcpy(st->x, before.x, sizeof st->x);
        memcpy(st->f, before.f, sizeof st->f);
        memcpy(st->v, before.v, sizeof st->v);
    }
}

static __thread char difference[200];

static const char *values(const char *what, unsigned i, uint64_t a, uint64_t b)
{
    snprintf(difference, sizeof difference, "%s%u: %#" PRIx64 " and %#" PRIx64, what, i, a, b);
    return difference;
}

const char *fuzz_differ(const struct fuzz_result *a, const struct fuzz_result *b)
{
    const struct fuzz_state *s = &a->state, *t = &b->state;
    if (a->fault != b->fault || s->s.exit != t->s.exit)
        return values("exit reason ", 0, s->s.exit, t->s.exit);
    if (a->insn != b->insn)
        return values("faulting instruction ", 0, a->insn, b->insn);
    // The host names the first byte that cannot be accessed, the evaluator the first of the access;
    // of what DC ZVA clears any byte will do, and tags are set up to 64 bytes further.
    if (a->fault && s->s.fault_addr / 64 != t->s.fault_addr / 64 &&
        s->s.fault_addr - t->s.fault_addr >= 64)
        return values("address of the fault ", 0, s->s.fault_addr, t->s.fault_addr);
    if (!a->fault && s->s.pc != t->s.pc)
        return values("pc ", 0, s->s.pc, t->s.pc);
    for (unsigned i = 0; i < FUZZ_X; i++)
        if (s->x[i] != t->x[i])
            return values("x", i, s->x[i], t->x[i]);
    for (unsigned i = 0; i < FUZZ_F; i++)
        if (s->f[i] != t->f[i])
            return values("flags ", i, s->f[i], t->f[i]);
    for (unsigned i = 0; i < 2 * FUZZ_V; i++)
        if (s->v[i / 2].l64[i % 2] != t->v[i / 2].l64[i % 2])
            return values(i % 2 ? "high half of v" : "low half of v", i / 2, s->v[i / 2].l64[i % 2],
                          t->v[i / 2].l64[i % 2]);
    if (s->s.fp.fpcr != t->s.fp.fpcr || s->s.fp.fpsr != t->s.fp.fpsr)
        return values("fpsr ", 0, s->s.fp.fpsr, t->s.fp.fpsr);
    if (memcmp(&s->s.monitor, &t->s.monitor, sizeof s->s.monitor) != 0)
        return values("monitor ", 0, s->s.monitor.addr, t->s.monitor.addr);
    for (unsigned i = 0; i < FUZZ_WINDOW; i++)
        if (a->memory[i] != b->memory[i])
            return values("memory at offset ", i, a->memory[i], b->memory[i]);
    return NULL;
}
