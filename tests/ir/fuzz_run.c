// SPDX-License-Identifier: MIT
#include "base/die.h"
#include "fuzz.h"
#include "ir/eval_ops.h"
#include "ir/place.h"
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
    start->patience = (unsigned)(fuzz_random(seed) % 32);
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
    out->patience = start->patience;
    out->seen = 0;
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

static void see(uint64_t *seen, const void *what, size_t size)
{
    for (size_t i = 0; i < size / 8; i++)
        *seen = (*seen ^ ((const uint64_t *)what)[i]) * UINT64_C(0x2545f4914f6cdd1d);
}

// Somebody else is called, looks at everything and changes some of it. Each call its own.
static void be_elsewhere(struct fuzz_result *out)
{
    struct fuzz_state *st = &out->state;
    uint64_t seed = 1 + out->patience, changed = fuzz_random(&seed);
    see(&out->seen, st->x, sizeof st->x);
    see(&out->seen, st->f, sizeof st->f);
    see(&out->seen, st->v, sizeof st->v);
    see(&out->seen, &st->s.fp, sizeof st->s.fp);
    see(&out->seen, (void *)FUZZ_DATA, FUZZ_WINDOW);
    for (unsigned i = 0; i < FUZZ_X; i++)
        if (changed >> i & 1)
            st->x[i] = fuzz_random(&seed);
    for (unsigned i = 0; i < FUZZ_F; i++)
        if (changed >> (8 + i) & 1)
            st->f[i] = fuzz_random(&seed) >> 60;
    for (unsigned i = 0; i < FUZZ_V; i++)
        if (changed >> (16 + i) & 1)
            st->v[i].l64[i % 2] = fuzz_random(&seed);
    *(uint64_t *)(FUZZ_DATA + changed % FUZZ_WINDOW / 8 * 8) = changed;
}

// Whether the thread, which has come to the label for pc, is interrupted there.
static bool loses_patience(struct fuzz_result *out, uint64_t pc)
{
    if (out->patience--)
        return false;
    out->state.s.exit = IR_EXIT_INTERRUPT;
    out->state.s.pc = pc;
    return true;
}

// The places of the operations that were compiled, which are those of the code.
static struct ir_places places;

static struct fuzz_result *running;
static const struct eval_op *call; // the indirect one that left the code

static const struct eval_op *come_to_label(struct ir_state *s, const struct eval_op *op)
{
    (void)s;
    return loses_patience(running, op->imm) ? NULL : op + 1;
}

static const struct eval_op *note_call(struct ir_state *s, const struct eval_op *op)
{
    call = op;
    return eval_handler[IR_call_reg](s, op);
}

// The operation that left through a link: they are those of direct branches, in order.
static unsigned op_of_link(const struct eval_code *code, const struct eval_link *link)
{
    unsigned i = 0;
    for (size_t n = (size_t)(link - code->links); n || !ir_is_direct(places.ops[i].op); i++)
        n -= ir_is_direct(places.ops[i].op);
    return i;
}

static unsigned label_for(uint64_t pc)
{
    unsigned i = 0;
    while (i < places.n_ops && !(places.ops[i].op == IR_label && places.ops[i].imm == pc))
        i++;
    return i;
}

// Where a thread that has left the code goes on in it; n_ops: nowhere.
static unsigned back_in(const struct eval_code *code, struct fuzz_result *out)
{
    struct fuzz_state *st = &out->state;
    unsigned none = places.n_ops, to = none, from = none;
    if (st->s.exit == IR_EXIT_SVC) {
        to = label_for(st->s.pc);
    } else if (st->s.exit == IR_EXIT_LOOKUP && st->s.link) {
        from = op_of_link(code, st->s.link);
        if (places.ops[from].op != IR_call)
            return label_for(st->s.pc);
    } else if (st->s.exit == IR_EXIT_LOOKUP && call) {
        from = (unsigned)(call - code->ops);
    }
    if (from + 1 < none && places.ops[from + 1].op == IR_label)
        to = from + 1;
    if (to < none)
        be_elsewhere(out);
    return to;
}

void fuzz_run_evaluator(const struct ir_block *ir, const struct fuzz_result *start,
                        struct fuzz_result *out)
{
    static struct eval_code code;
    static volatile unsigned at;
    begin(start, out);
    arena_reset(&arena);
    assert_msg(eval_compile(ir, &arena, offsetof(struct fuzz_state, temps), NULL, &code),
               "the test's arena is too small");
    ir_place(ir, offsetof(struct fuzz_state, temps), &places);
    for (unsigned i = 0; i < places.n_ops; i++) {
        if (places.ops[i].op == IR_call_reg)
            code.ops[i].fn = note_call;
        if (places.ops[i].op == IR_label)
            code.ops[i].fn = come_to_label;
    }
    running = out;
    at = 0;
    if (sigsetjmp(recover, 0)) {
        take_fault(&out->state, ir_untag(eval_fault_address(&out->state.s, out->state.s.fault_op,
                                                            EVAL_UNKNOWN)));
    } else {
        while (at < places.n_ops) {
            out->state.s.link = NULL;
            call = NULL;
            out->state.s.exit = IR_EXIT_NONE;
            eval_run(&out->state.s, code.ops + at);
            at = back_in(&code, out);
        }
    }
    end(out);
    if (out->fault)
        out->insn = eval_insn_of(&code, out->state.s.fault_op);
}

// One value of the reference, in the temporaries' place: 0 to 2 the operands, 3 the result.
static union ir_val run_operation(struct fuzz_state *st, const struct ir_inst *in,
                                  const union ir_val operand[3])
{
    const uint16_t at = offsetof(struct fuzz_state, temps);
    struct eval_op ops[2] = {{eval_handler[in->op], {{at + 48, at, at + 16, at + 32}}, in->imm},
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

// The guest instruction in a block, as the index of its mark, that has the label for pc; 0: none.
static unsigned insn_at_label(const struct ir_block *ir, uint64_t pc)
{
    unsigned insn = 0;
    for (unsigned i = 1; i < ir->count; i++) {
        if (ir->inst[i].op == IR_insn)
            insn = i;
        else if (ir->inst[i].op == IR_label && ir->inst[i].imm == pc)
            return insn;
    }
    return 0;
}

// The label that is the next operation behind i; its guest instruction, or 0.
static unsigned insn_behind(const struct ir_block *ir, unsigned i)
{
    while (++i < ir->count && (ir->inst[i].op == IR_insn || ir->inst[i].op == IR_nop))
        ;
    return i < ir->count && ir->inst[i].op == IR_label ? insn_at_label(ir, ir->inst[i].imm) : 0;
}

// Operation i has left the block: where in it the thread goes on, or 0.
static unsigned goes_on_at(const struct ir_block *ir, unsigned i, struct fuzz_result *out)
{
    struct fuzz_state *st = &out->state;
    const struct ir_inst *in = &ir->inst[i];
    unsigned to = 0;
    if (st->s.exit == IR_EXIT_LOOKUP && ir_is_jump(in->op)) {
        to = insn_at_label(ir, in->imm);
        st->s.exit = to ? IR_EXIT_NONE : st->s.exit;
        return to;
    }
    if (st->s.exit == IR_EXIT_LOOKUP && (in->op == IR_call || in->op == IR_call_reg))
        to = insn_behind(ir, i);
    else if (st->s.exit == IR_EXIT_SVC)
        to = insn_at_label(ir, in->imm);
    if (to) {
        be_elsewhere(out);
        st->s.exit = IR_EXIT_NONE;
    }
    return to;
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
    case IR_label:
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
            unsigned to;
            if (in->op == IR_insn) {
                insn = (unsigned)(in->imm - ir->pc) / 4;
                before = *st;
            }
            bool has_c = !(ir_op_info[in->op].flags & IR_CLIT);
            union ir_val operand[3] = {value[in->a], value[in->b], value[has_c ? in->c : 0]};
            value[i] = (union ir_val){.l64 = {0, 0}};
            if (in->op == IR_label && loses_patience(out, in->imm))
                break;
            if (!move_or_leave(st, in, &operand[0], &value[i]))
                value[i] = run_operation(st, in, operand);
            if (st->s.exit != IR_EXIT_NONE && (to = goes_on_at(ir, i, out)) != 0)
                i = to - 1;
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
    if (a->patience != b->patience)
        return values("labels passed ", 0, a->patience, b->patience);
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
    if (a->seen != b->seen)
        return values("what a call sees ", 0, a->seen, b->seen);
    return NULL;
}
