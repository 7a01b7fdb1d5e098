// SPDX-License-Identifier: MIT
// Each time a compiled block is entered it runs twice from the same state. First its operations run
// in the evaluator, every access that stores noting what was there before; then memory and
// registers are put back and the compiled code runs. What it leaves must be the same: registers,
// flags, why and where it left, and every byte that the evaluator stored. The order matters: a
// block that reads what it has stored, or exchanges it atomically, finds in both runs what was
// there before.
//
// Blocks with operations that give something else each time (the clock, random numbers) run
// unchecked. Others must be alone with their memory: threads that race are reported.
#include "engine/check.h"

#include "base/arena.h"
#include "base/die.h"
#include "engine/engine_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    CODE_BYTES = 1 << 30, // reserved, for all blocks; what has come and gone does not come back
    STORES = 4096,        // of one run
    STORED_BYTES = 1 << 19,
    NOWHERE = UINT16_MAX,
};

// A block's operations with marks and recorders among them.
struct check_code {
    struct eval_op *ops;
};

// What a recorder (in c) knows of the access behind it.
enum { AT_OFFSET, AT_ADDRESS, AT_LINE, WITH_LENGTH };

static struct arena codes;

static __thread struct checker {
    struct cpu start, want, got;
    unsigned stop;  // the guest instruction before which the evaluator stops
    bool recording; // stores are noted
    unsigned n;
    size_t used;
    struct store {
        const struct eval_op *access;
        uint64_t address;
        size_t size, at;
    } stores[STORES];
    uint8_t before[STORED_BYTES], after[STORED_BYTES]; // of the first run
} * checker;

// ---- the evaluator's code

// Begins a guest instruction: imm is its pc, d its number.
static const struct eval_op *mark(struct ir_state *s, const struct eval_op *op)
{
    if (op->d != checker->stop)
        return op + 1;
    s->pc = op->imm;
    s->exit = IR_EXIT_EVALUATE;
    return NULL;
}

// Keeps what the access behind will overwrite. Reading it may fault, in the access's name.
static const struct eval_op *record(struct ir_state *s, const struct eval_op *op)
{
    const struct eval_op *access = op + 1;
    struct checker *k = checker;
    uint64_t address = *(const uint64_t *)((const char *)s + access->a);
    size_t size = op->d;
    if (!k->recording)
        return access;
    if (op->c == AT_OFFSET)
        address += access->imm;
    if (op->c == AT_LINE)
        address &= ~(uint64_t)(size - 1);
    if (op->c == WITH_LENGTH)
        size = *(const uint64_t *)((const char *)s + access->c);
    address = ir_untag(address);
    assert_msg(k->n < STORES && size <= STORED_BYTES - k->used, "check: a block stores too much");
    s->fault_op = access;
    __asm__ volatile("" ::: "memory");
    memcpy(k->before + k->used, (const void *)address, size);
    __asm__ volatile("" ::: "memory");
    k->stores[k->n++] = (struct store){access, address, size, k->used};
    k->used += size;
    return access;
}

// How many bytes the operation stores, and how it tells where; 0: it stores nothing. False if it
// cannot be run twice.
static bool stores(unsigned op, unsigned *size, unsigned *where)
{
    const struct ir_op_info *info = &ir_op_info[op];
    *size = 0;
    *where = AT_OFFSET;
    if (op >= IR_st8 && op <= IR_st64) {
        *size = 1u << (op - IR_st8);
    } else if (op >= IR_vst8 && op <= IR_vst128) {
        *size = 1u << (op - IR_vst8);
    } else if (op >= IR_swp8 && op <= IR_ldumin64) {
        *where = AT_ADDRESS;
        *size = info->bits / 8;
    } else if ((op >= IR_cas8 && op <= IR_cas128) || (op >= IR_stx8 && op <= IR_stx128)) {
        *where = AT_ADDRESS;
        *size = 1u << (op - (op <= IR_cas128 ? IR_cas8 : IR_stx8));
    } else if (op >= IR_swp128 && op <= IR_ldset128) {
        *where = AT_ADDRESS;
        *size = 16;
    } else if (op == IR_dczva) {
        *where = AT_LINE;
        *size = 64;
    } else if (op == IR_mem_copy || op == IR_mem_set) {
        *where = WITH_LENGTH;
        *size = 1;
    } else if (info->flags & IR_MEM) {
        return (op >= IR_ld8 && op <= IR_ld64) || (op >= IR_vld8 && op <= IR_vld128) ||
               (op >= IR_ldx8 && op <= IR_ldx128) || op == IR_align_check || op == IR_sp_check ||
               op == IR_sp_stays || op == IR_quad_check || op == IR_probe || op == IR_tag_check ||
               op == IR_watch_check || op == IR_watch_range || op == IR_ldg || op == IR_fence ||
               op == IR_clrex || op == IR_aut;
    } else if (!(info->flags & (IR_PURE | IR_STATE | IR_ENV | IR_EXIT))) {
        return op == IR_pac || op == IR_pacga;
    }
    return true;
}

static bool may_run_twice(const struct ir_places *p)
{
    unsigned size, where;
    for (unsigned i = 0; i < p->n_ops; i++)
        if (!stores(p->ops[i].op, &size, &where))
            return false;
    return true;
}

static struct eval_op *put_op(struct eval_op *to, const struct ir_placed *p,
                              struct eval_link **link)
{
    unsigned size, where;
    stores(p->op, &size, &where);
    if (size)
        *to++ = (struct eval_op){.fn = record, .d = (uint16_t)size, .c = (uint16_t)where};
    *to = eval_make_op(p);
    if (ir_is_direct(p->op)) { // never resolved
        eval_link_init(*link, p->imm);
        to->imm = (uint64_t)(*link)++;
    }
    return to + 1;
}

void check_prepare(struct block *b, const struct ir_block *ir)
{
    static SCRATCH struct ir_places places;
    static bool full;
    if (!codes.base)
        arena_init(&codes, CODE_BYTES);
    b->check = NULL;
    ir_place(ir, CPU_FIELD(temps), &places);
    if (!may_run_twice(&places))
        return;
    struct check_code *code = arena_alloc(&codes, sizeof *code);
    size_t ops = 2 * places.n_ops + places.n_insns;
    struct eval_op *to = arena_alloc(&codes, ops * sizeof *to);
    struct eval_link *link = arena_alloc(&codes, places.n_ops * sizeof *link);
    if (!code || !to || !link) {
        if (!full)
            complain("check: no more memory: blocks that are compiled from now on are not checked");
        full = true;
        return;
    }
    code->ops = to;
    unsigned insn = 0;
    for (unsigned i = 0; i < places.n_ops; i++) {
        for (; insn < places.n_insns && places.insn_start[insn] <= i; insn++)
            *to++ = (struct eval_op){.fn = mark, .d = (uint16_t)insn, .imm = ir->pc + 4 * insn};
        to = put_op(to, &places.ops[i], &link);
    }
    b->check = code;
}

// ---- the two runs

// Runs `ops` until they leave; false: they faulted.
static bool attempt(struct cpu *c, const struct eval_op *ops)
{
    struct engine_thread *e = c->engine;
    jmp_buf outer;
    memcpy(&outer, &e->recover, sizeof outer);
    if (_setjmp(e->recover)) {
        memcpy(&e->recover, &outer, sizeof outer);
        return false;
    }
    eval_run(&c->s, ops);
    memcpy(&e->recover, &outer, sizeof outer);
    return true;
}

// All of the state but the wish to be interrupted, which comes when it comes.
static void put_back(struct cpu *c, const struct cpu *from)
{
    size_t skip = offsetof(struct ir_state, interrupt), behind = skip + sizeof from->s.interrupt;
    memcpy(c, from, skip);
    memcpy((char *)c + behind, (const char *)from + behind, sizeof *c - behind);
}

static void undo_stores(struct checker *k)
{
    for (unsigned i = k->n; i-- > 0;)
        memcpy((void *)k->stores[i].address, k->before + k->stores[i].at, k->stores[i].size);
}

static void keep_stored(struct checker *k)
{
    for (unsigned i = 0; i < k->n; i++)
        memcpy(k->after + k->stores[i].at, (void *)k->stores[i].address, k->stores[i].size);
}

static void evaluate(struct cpu *c, const struct check_code *code, unsigned stop)
{
    checker->stop = stop;
    if (!attempt(c, code->ops)) {
        c->s.exit = IR_EXIT_FAULT;
        // What could be read and not be written has not been, and is not to be put back.
        if (checker->n && checker->stores[checker->n - 1].access == c->s.fault_op)
            checker->n--;
    }
    if (c->s.exit == IR_EXIT_INTERRUPT) // it would have gone on otherwise
        c->s.exit = IR_EXIT_LOOKUP;
    if (ir_exit_in_flight((enum ir_exit)c->s.exit)) {
        const struct eval_op *op = c->s.fault_op;
        while (op->fn != mark)
            op--;
        c->s.pc = op->imm;
    }
}

// ---- the comparison

static unsigned report_word(const char *name, uint64_t want, uint64_t got)
{
    if (want == got)
        return 0;
    fprintf(stderr, "  %-10s evaluator %016llx  compiled %016llx\n", name, (unsigned long long)want,
            (unsigned long long)got);
    return 1;
}

enum { GENERAL = 32, OTHERS = 6, REGISTERS = GENERAL + OTHERS + 2 * 32 };

static uint64_t register_at(const struct cpu *c, unsigned i)
{
    if (i < GENERAL)
        return i == 31 ? c->sp : c->x[i];
    i -= GENERAL;
    const uint64_t others[OTHERS] = {c->nzcv, c->pstate_bits, c->tpidr,
                                     c->fpmr, c->s.fp.fpcr,   c->s.fp.fpsr};
    return i < OTHERS ? others[i] : c->v[(i - OTHERS) / 2].l64[(i - OTHERS) % 2];
}

static void name_register(unsigned i, char name[16])
{
    static const char *const others[OTHERS] = {"nzcv", "pstate", "tpidr", "fpmr", "fpcr", "fpsr"};
    if (i < GENERAL)
        snprintf(name, 16, i == 31 ? "sp" : "x%u", i);
    else if (i < GENERAL + OTHERS)
        snprintf(name, 16, "%s", others[i - GENERAL]);
    else
        snprintf(name, 16, "v%u %s", (i - GENERAL - OTHERS) / 2, i % 2 ? "high" : "low");
}

static unsigned report_registers(const struct cpu *want, const struct cpu *got)
{
    char name[16];
    unsigned n = 0;
    for (unsigned i = 0; i < REGISTERS; i++) {
        if (register_at(want, i) == register_at(got, i))
            continue;
        name_register(i, name);
        n += report_word(name, register_at(want, i), register_at(got, i));
    }
    return n;
}

static void print_registers(const struct cpu *c)
{
    char name[16];
    unsigned column = 0;
    for (unsigned i = 0; i < REGISTERS; i++) {
        if (!register_at(c, i))
            continue;
        name_register(i, name);
        fprintf(stderr, "  %-8s %016llx%s", name, (unsigned long long)register_at(c, i),
                ++column % 3 ? "" : "\n");
    }
    if (column % 3)
        fputc('\n', stderr);
}

static unsigned report_control(const struct ir_state *want, const struct ir_state *got)
{
    unsigned n = report_word("pc", want->pc, got->pc) + report_word("exit", want->exit, got->exit) +
                 report_word("branch", want->branch, got->branch) +
                 report_word("exclusive", want->monitor.size, got->monitor.size);
    if (want->monitor.size)
        n += report_word("  address", want->monitor.addr, got->monitor.addr) +
             report_word("  low", want->monitor.lo, got->monitor.lo) +
             report_word("  high", want->monitor.hi, got->monitor.hi);
    return n;
}

// `after` is what one of the two left, memory what the other did.
static unsigned report_memory(const struct checker *k, bool memory_is_compiled)
{
    unsigned n = 0;
    for (unsigned i = 0; i < k->n; i++) {
        const struct store *s = &k->stores[i];
        const uint8_t *now = (const uint8_t *)s->address, *kept = k->after + s->at;
        for (size_t j = 0; j < s->size; j++)
            if (now[j] != kept[j] && n++ < 16)
                fprintf(stderr, "  byte at %#llx: evaluator %02x  compiled %02x\n",
                        (unsigned long long)s->address + j, memory_is_compiled ? kept[j] : now[j],
                        memory_is_compiled ? now[j] : kept[j]);
    }
    return n;
}

static NORETURN void report(const struct block *b)
{
    static const char *const forms[] = {"guest", "opt", "x64"};
    char name[256] = "";
    fflush(stdout);
    if (engine_os->name)
        engine_os->name(b->pc, name, sizeof name);
    complain("check: compiled code and evaluator differ in block %#llx%s%s, as above",
             (unsigned long long)b->pc, *name ? " at " : "", name);
    fputs("Registers at its beginning, but those that are 0:\n", stderr);
    print_registers(&checker->start);
    for (unsigned i = 0; i < ARRAY_LEN(forms); i++)
        engine_dump_block(stderr, b->pc, b->mode, forms[i]);
    die_abort();
}

// Compiled code left an instruction to the evaluator: as far as it came. Condition flags may be
// lost there if the next instructions set them, and what the instruction itself raises may be there
// already.
static void compare_part(struct cpu *c, const struct block *b, struct checker *k)
{
    keep_stored(k);
    undo_stores(k);
    put_back(c, &k->start);
    k->recording = false;
    evaluate(c, b->check, (unsigned)(k->got.s.pc - b->pc) / 4);
    k->want = *c;
    put_back(c, &k->got);
    k->want.nzcv = k->got.nzcv;
    k->want.s.fp.fpsr |= k->got.s.fp.fpsr;
    if (report_registers(&k->want, &k->got) + report_word("pc", k->want.s.pc, k->got.s.pc) +
        report_memory(k, false))
        report(b);
}

void check_run(struct cpu *c, const struct block *b)
{
    struct engine_thread *e = c->engine;
    if (!b->check) {
        eval_run(&c->s, b->code.ops);
        return;
    }
    if (!checker) {
        checker = arena_pages(sizeof *checker);
        assert_msg(checker, "check: no memory");
    }
    struct checker *k = checker;
    k->n = 0;
    k->used = 0;
    k->recording = true;
    k->start = *c;
    evaluate(c, b->check, NOWHERE);
    k->want = *c;
    keep_stored(k);
    undo_stores(k);
    put_back(c, &k->start);
    bool left = attempt(c, b->code.ops);
    if (left && c->s.exit == IR_EXIT_INTERRUPT) // before it began
        return;
    if (left ? c->s.exit == IR_EXIT_EVALUATE : e->steps) {
        k->got = *c;
        compare_part(c, b, k);
    } else {
        if (!left)
            c->s.exit = IR_EXIT_FAULT;
        k->got = *c;
        if (!left && c->s.fault_op) // in a function that compiled code calls
            x64_is_call(c->s.fault_op, &k->got.s.pc);
        if (report_registers(&k->want, &k->got) + report_control(&k->want.s, &k->got.s) +
            report_memory(k, true))
            report(b);
    }
    if (!left)
        _longjmp(e->recover, 1);
}
