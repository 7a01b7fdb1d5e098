// SPDX-License-Identifier: MIT
// Random instructions as one block on the evaluator, and one by one with each operation of their IR
// run alone, must come to the same: what translation does across instructions (SP known to be
// aligned) and what the evaluator does with registers (read in place, results put there early) may
// not show.
//   blocks_test [BLOCKS [SEED]]     prints the first block that differs, with its seed
#include "a64/translate.h"
#include "base/arena.h"
#include "base/die.h"
#include "ir/eval_ops.h"
#include "words.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CODE UINT64_C(0x10000000)
#define DATA UINT64_C(0x10010000)
enum { WINDOW = 0x4000, MOST = 24 };

struct machine {
    struct cpu cpu;
    uint8_t memory[WINDOW];
    uint64_t pc; // also at a fault
};

static sigjmp_buf recover;
static struct arena arena;
static struct ir_jump no_jumps[IR_JUMPS];
static uint32_t code[MOST];

static void on_fault(int sig)
{
    (void)sig;
    siglongjmp(recover, 1);
}

// Makes it likely that instructions meet in the same registers: register fields get small numbers.
static uint32_t few_registers(unsigned row, uint32_t word, uint64_t *seed)
{
    const struct a64_leaf *leaf = &a64_leaves[row];
    uint32_t changed = word;
    for (unsigned i = 0; i < leaf->n_pieces; i++) {
        const struct a64_piece *p = &a64_pieces[leaf->piece + i];
        if (p->width == 5 && strchr("dnmtes", 'a' + p->letter) && random_next(seed) >> 62)
            changed &= ~(UINT32_C(28) << p->shift);
    }
    struct a64_decoded d;
    return row_matches(row, changed) && a64_decode(changed, &d) && d.insn == a64_rows[row] ? changed
                                                                                           : word;
}

static uint32_t random_instruction(uint64_t *seed)
{
    for (;;) {
        unsigned row = (unsigned)((random_next(seed) >> 33) % a64_row_count);
        uint32_t word = few_registers(row, row_random_word(row, seed), seed);
        // System registers hold clocks and random numbers; undefined words end blocks too soon.
        if (strcmp(a64_rows[row]->name, "mrs") != 0 && !word_is_undefined(word))
            return word;
    }
}

static void random_machine(struct machine *m, uint64_t *seed)
{
    memset(m, 0, sizeof *m);
    for (unsigned i = 0; i < 31; i++) {
        bool address = random_next(seed) >> 62;
        m->cpu.x[i] = address ? DATA + 0x1000 + (random_next(seed) >> 52 & 0xff0) * 2
                              : random_next(seed) >> (random_next(seed) >> 58);
    }
    for (unsigned i = 0; i < 32; i++)
        m->cpu.v[i] = (union ir_val){.l64 = {random_next(seed), random_next(seed)}};
    m->cpu.sp = DATA + 0x2000 + (random_next(seed) >> 61 == 0 ? 8 : 0);
    m->cpu.nzcv = random_next(seed) >> 60;
    m->cpu.s.tagging.seed = random_next(seed); // of IRG
    m->cpu.s.pc = CODE;
    for (unsigned kind = 0; kind < IR_BRANCH_KINDS; kind++)
        m->cpu.s.jumps[kind] = no_jumps;
    m->cpu.s.pac.enabled = random_next(seed) >> 60;
    for (unsigned i = 0; i < IR_PAC_KEYS; i++)
        m->cpu.s.pac.key[i] = (struct ir_pac_key){random_next(seed), random_next(seed)};
    for (unsigned i = 0; i < WINDOW; i += 8)
        *(uint64_t *)(m->memory + i) = random_next(seed);
}

// Runs the instruction at m's pc, each operation alone with its operands copied to temporaries 0 to
// 2, result in 3.
static void run_alone(struct machine *m)
{
    static struct ir_inst storage[2048];
    static union ir_val value[2048];
    static struct a64_tr t;
    struct cpu *c = &m->cpu;
    const uint16_t at = CPU_FIELD(temps);
    m->pc = c->s.pc;
    a64_translate_block(
        &t, storage, 2048,
        &(struct a64_code){m->pc, code + (m->pc - CODE) / 4, 1, 0, false, false, NULL});
    if (sigsetjmp(recover, 0)) {
        c->s.exit = IR_EXIT_FAULT;
        return;
    }
    c->s.exit = IR_EXIT_NONE;
    for (unsigned i = 2; i < t.ir.count && c->s.exit == IR_EXIT_NONE; i++) {
        const struct ir_inst *in = &t.ir.inst[i];
        unsigned flags = ir_op_info[in->op].flags;
        struct eval_link link;
        struct eval_op ops[2] = {{eval_handler[in->op], {{at + 48, at, at + 16, at + 32}}, in->imm},
                                 {.fn = eval_return}};
        eval_link_init(&link, in->imm);
        if (ir_is_direct(in->op))
            ops[0].imm = (uint64_t)&link;
        c->temps[0] = value[in->a];
        c->temps[1] = value[in->b];
        if (flags & IR_CLIT)
            ops[0].c = in->c;
        else
            c->temps[2] = value[in->c];
        c->temps[3] = (union ir_val){.l64 = {0, 0}};
        eval_run(&c->s, ops);
        value[i] = c->temps[3];
    }
    if (!ir_exit_in_flight((enum ir_exit)c->s.exit))
        m->pc = c->s.pc;
}

// Runs up to n instructions from m's pc as one block; returns how many the block had.
static unsigned run_block(struct machine *m, unsigned n)
{
    static struct ir_inst storage[2048];
    static struct eval_code compiled;
    static struct a64_tr t;
    uint64_t pc = m->cpu.s.pc;
    a64_translate_block(&t, storage, 2048,
                        &(struct a64_code){pc, code + (pc - CODE) / 4, n, 0, false, false, NULL});
    arena_reset(&arena);
    if (!eval_compile(&t.ir, &arena, CPU_FIELD(temps), NULL, &compiled))
        die("the test's arena is too small");
    if (sigsetjmp(recover, 0))
        m->cpu.s.exit = IR_EXIT_FAULT;
    else
        eval_run(&m->cpu.s, compiled.ops);
    enum ir_exit why = (enum ir_exit)m->cpu.s.exit;
    m->pc = m->cpu.s.pc;
    if (ir_exit_in_flight(why))
        m->pc = pc + 4 * eval_insn_of(&compiled, m->cpu.s.fault_op);
    return t.insns;
}

static void begin(struct machine *m, const struct machine *start)
{
    memcpy(m, start, sizeof *m);
    memcpy((void *)DATA, start->memory, WINDOW);
}

static const char *differ(const struct machine *a, const struct machine *b)
{
    const struct cpu *c = &a->cpu, *d = &b->cpu;
    static char text[100];
    if (a->pc != b->pc || c->s.exit != d->s.exit)
        return "where or why they stopped";
    for (unsigned i = 0; i < 31; i++) {
        snprintf(text, sizeof text, "x%u: %#" PRIx64 " and %#" PRIx64, i, c->x[i], d->x[i]);
        if (c->x[i] != d->x[i])
            return text;
    }
    for (unsigned i = 0; i < 32; i++) {
        snprintf(text, sizeof text, "v%u", i);
        if (memcmp(&c->v[i], &d->v[i], 16) != 0)
            return text;
    }
    if (c->sp != d->sp)
        return "sp";
    if (c->nzcv != d->nzcv || c->pstate_bits != d->pstate_bits || c->tpidr != d->tpidr)
        return "flags or pstate";
    if (c->s.branch != d->s.branch)
        return "the kind of branch";
    if (memcmp(&c->s.fp, &d->s.fp, sizeof c->s.fp) != 0)
        return "fpcr or fpsr";
    if (memcmp(&c->s.monitor, &d->s.monitor, sizeof c->s.monitor) != 0)
        return "the exclusive monitor";
    return memcmp(a->memory, b->memory, WINDOW) != 0 ? "memory" : NULL;
}

static unsigned long stopped_early, executed;

static const char *test(uint64_t *seed)
{
    static struct machine start, whole, steps;
    unsigned n = 2 + (unsigned)((random_next(seed) >> 33) % (MOST - 1));
    for (unsigned i = 0; i < n; i++)
        code[i] = random_instruction(seed);
    random_machine(&start, seed);
    begin(&whole, &start);
    unsigned insns = run_block(&whole, n);
    memcpy(whole.memory, (void *)DATA, WINDOW);
    begin(&steps, &start);
    unsigned done = 0;
    do
        run_alone(&steps);
    while (++done < insns && steps.cpu.s.exit == IR_EXIT_LOOKUP && steps.pc == CODE + 4 * done);
    memcpy(steps.memory, (void *)DATA, WINDOW);
    executed += done;
    stopped_early += done < insns;
    return differ(&whole, &steps);
}

int main(int argc, char **argv)
{
    unsigned long blocks = argc > 1 ? strtoul(argv[1], NULL, 0) : 100000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    void *want = (void *)DATA;
    if (mmap(want, WINDOW, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != want)
        die("the test's memory window cannot be mapped");
    arena_init(&arena, 1 << 20);
    no_jumps[0].pc = 4; // slot 0 must not match pc 0
    for (int sig = SIGBUS; sig; sig = sig == SIGBUS ? SIGSEGV : 0)
        sigaction(sig, &(struct sigaction){.sa_handler = on_fault, .sa_flags = SA_NODEFER}, NULL);
    for (unsigned long i = 0; i < blocks; i++) {
        uint64_t first = seed;
        const char *what = test(&seed);
        if (!what)
            continue;
        printf("FAIL as a block and one by one: %s; again with: blocks_test 1 %" PRIu64 "\n", what,
               first);
        for (unsigned k = 0; k < MOST; k++) {
            char text[128];
            printf("  %08" PRIx32 "  %s\n", code[k],
                   a64_disassemble(code[k], CODE + 4 * k, text, sizeof text));
        }
        return 1;
    }
    printf("%lu blocks, %lu instructions, %lu blocks left early: the same\n", blocks, executed,
           stopped_early);
    return 0;
}
