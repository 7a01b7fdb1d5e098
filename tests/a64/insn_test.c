// SPDX-License-Identifier: MIT
// One line a test: the lines of tests/a64/*.inc, each
//   T(word, "disassembly", what to set before, what must have changed after)
// What is set: nothing, or any of these one after the other:
//   X(n, v) SP(v) V(n, high, low) NZCV(v) FPCR(v) FPSR(v) FPMR(v)   registers
//   PSTATE(v)            TCO, DIT and SSBS, as in SPSR
//   MEM(offset, v)       the 8 bytes at DATA + offset of the data window
//   PC(address)          after only: where it goes on (CODE is the instruction's own address); else
//                        the next instruction
//   EXIT(reason)         after only: why the engine returned (IR_EXIT_*)
//   BTYPE(v)             PSTATE.BTYPE, what kind of indirect branch led here (0 if not named)
//   KEYS(enabled)        before only: keys of pointer authentication, and which of them are in use
//   GUARDED              before only: the code is in a guarded page
// Everything not named must be as before. Registers hold patterns, X28 and SP point into the data
// window (DATA + 0x800). Disassembly is that of the address CODE. A test runs alone in a block and
// must not loop.
#include "../tier.h"
#include "a64/insn.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define CODE   UINT64_C(0x10000000)
#define DATA   UINT64_C(0x10010000)
#define WINDOW UINT64_C(0x1000)

enum kind {
    END,
    KIND_X,
    KIND_SP,
    KIND_V,
    KIND_NZCV,
    KIND_FPCR,
    KIND_FPSR,
    KIND_FPMR,
    KIND_PSTATE,
    KIND_BTYPE,
    KIND_GUARDED,
    KIND_KEYS,
    KIND_MEM,
    KIND_PC,
    KIND_EXIT
};

struct setting {
    enum kind kind;
    uint64_t n, v, high;
};

struct test {
    uint32_t word;
    const char *text;
    struct setting before[8], after[10];
    const char *file;
    unsigned line;
};

#define X(n, v)                      {KIND_X, n, v, 0},
#define SP(v)                        {KIND_SP, 0, v, 0},
#define V(n, high, low)              {KIND_V, n, low, high},
#define NZCV(v)                      {KIND_NZCV, 0, v, 0},
#define FPCR(v)                      {KIND_FPCR, 0, v, 0},
#define FPSR(v)                      {KIND_FPSR, 0, v, 0},
#define FPMR(v)                      {KIND_FPMR, 0, v, 0},
#define PSTATE(v)                    {KIND_PSTATE, 0, v, 0},
#define BTYPE(v)                     {KIND_BTYPE, 0, v, 0},
#define GUARDED                      {KIND_GUARDED, 0, 0, 0},
#define KEYS(enabled)                {KIND_KEYS, 0, enabled, 0},
#define MEM(offset, v)               {KIND_MEM, offset, v, 0},
#define PC(v)                        {KIND_PC, 0, v, 0},
#define EXIT(v)                      {KIND_EXIT, 0, v, 0},
#define NOTHING                      {END, 0, 0, 0},
#define T(word, text, before, after) {word, text, {before}, {after}, __FILE__, __LINE__},

static const struct test tests[] = {
#include "all_lines.h"
};

struct state {
    struct cpu cpu;
    uint64_t exit;
    uint8_t memory[WINDOW];
};

static struct cpu *cpu;

static void initial(struct state *s)
{
    memset(s, 0, sizeof *s);
    for (unsigned i = 0; i < 31; i++)
        s->cpu.x[i] = UINT64_C(0x0101010101010101) * (i + 1);
    for (unsigned i = 0; i < 32; i++)
        for (unsigned k = 0; k < 16; k++)
            s->cpu.v[i].l8[k] = (uint8_t)(i * 16 + k);
    s->cpu.sp = s->cpu.x[28] = DATA + 0x800;
    s->cpu.s.pc = CODE;
    s->exit = IR_EXIT_BRK; // the instruction after the test
    for (unsigned i = 0; i < WINDOW; i++)
        s->memory[i] = (uint8_t)(i * 7 + 1);
}

static bool guarded_code;

static void set_keys(struct ir_pac *pac, uint64_t enabled)
{
    pac->enabled = enabled;
    for (unsigned i = 0; i < IR_PAC_KEYS; i++)
        pac->key[i] = (struct ir_pac_key){UINT64_C(0x1111111111111111) * (i + 1),
                                          UINT64_C(0x0123456789abcdef) * (i + 1)};
}

static void apply(struct state *s, const struct setting *set)
{
    for (; set->kind != END; set++) {
        switch (set->kind) {
        case KIND_X: s->cpu.x[set->n] = set->v; break;
        case KIND_SP: s->cpu.sp = set->v; break;
        case KIND_V: s->cpu.v[set->n] = (union ir_val){.l64 = {set->v, set->high}}; break;
        case KIND_NZCV: s->cpu.nzcv = set->v; break;
        case KIND_FPCR: s->cpu.s.fp.fpcr = (uint32_t)set->v; break;
        case KIND_FPSR: s->cpu.s.fp.fpsr = (uint32_t)set->v; break;
        case KIND_FPMR: s->cpu.fpmr = set->v; break;
        case KIND_PSTATE: s->cpu.pstate_bits = set->v; break;
        case KIND_BTYPE: s->cpu.s.branch = (uint32_t)set->v; break;
        case KIND_GUARDED: guarded_code = true; break;
        case KIND_KEYS: set_keys(&s->cpu.s.pac, set->v); break;
        case KIND_MEM: memcpy(s->memory + set->n, &set->v, 8); break;
        case KIND_PC: s->cpu.s.pc = set->v; break;
        case KIND_EXIT: s->exit = set->v; break;
        case END: break;
        }
    }
}

static unsigned differ(const struct test *t, const char *what, unsigned n, uint64_t got,
                       uint64_t want)
{
    if (got == want)
        return 0;
    printf("%s:%u: %s: %s", t->file, t->line, t->text, what);
    if (n != ~0u)
        printf("%u", n);
    printf(" is %#" PRIx64 ", expected %#" PRIx64 "\n", got, want);
    return 1;
}

static unsigned compare(const struct test *t, const struct state *want, enum ir_exit why)
{
    unsigned bad = differ(t, "exit", ~0u, why, want->exit);
    for (unsigned i = 0; i < 31; i++)
        bad += differ(t, "x", i, cpu->x[i], want->cpu.x[i]);
    for (unsigned i = 0; i < 32; i++) {
        bad += differ(t, "low half of v", i, cpu->v[i].l64[0], want->cpu.v[i].l64[0]);
        bad += differ(t, "high half of v", i, cpu->v[i].l64[1], want->cpu.v[i].l64[1]);
    }
    bad += differ(t, "sp", ~0u, cpu->sp, want->cpu.sp);
    bad += differ(t, "pc", ~0u, cpu->s.pc, want->cpu.s.pc);
    bad += differ(t, "nzcv", ~0u, cpu->nzcv, want->cpu.nzcv);
    bad += differ(t, "pstate", ~0u, cpu->pstate_bits, want->cpu.pstate_bits);
    bad += differ(t, "btype", ~0u, cpu->s.branch, want->cpu.s.branch);
    bad += differ(t, "fpcr", ~0u, cpu->s.fp.fpcr, want->cpu.s.fp.fpcr);
    bad += differ(t, "fpsr", ~0u, cpu->s.fp.fpsr, want->cpu.s.fp.fpsr);
    bad += differ(t, "fpmr", ~0u, cpu->fpmr, want->cpu.fpmr);
    for (unsigned i = 0; i < WINDOW; i += 8)
        bad += differ(t, "memory at DATA + ", i, *(uint64_t *)(DATA + i),
                      *(uint64_t *)(want->memory + i));
    return bad;
}

static unsigned run(const struct test *t)
{
    static struct state s;
    char text[128];
    unsigned bad = 0;
    a64_disassemble(t->word, CODE, text, sizeof text);
    if (strcmp(text, t->text) != 0) {
        printf("%s:%u: %08" PRIx32 " reads \"%s\", expected \"%s\"\n", t->file, t->line, t->word,
               text, t->text);
        bad++;
    }
    *(uint32_t *)CODE = t->word;
    engine_invalidate(cpu, CODE, CODE + 8);
    initial(&s);
    guarded_code = false;
    apply(&s, t->before);
    memcpy(cpu->x, s.cpu.x, sizeof cpu->x);
    memcpy(cpu->v, s.cpu.v, sizeof cpu->v);
    cpu->sp = s.cpu.sp;
    cpu->nzcv = s.cpu.nzcv;
    cpu->pstate_bits = s.cpu.pstate_bits;
    cpu->s.pc = CODE;
    cpu->s.fp = s.cpu.s.fp;
    cpu->s.branch = s.cpu.s.branch;
    cpu->s.pac = s.cpu.s.pac;
    s.cpu.s.branch = 0;
    cpu->fpmr = s.cpu.fpmr;
    cpu->s.monitor.size = 0;
    memcpy((void *)DATA, s.memory, WINDOW);
    enum ir_exit why = engine_run(cpu);
    s.cpu.s.pc = CODE + 4;
    apply(&s, t->after);
    return bad + compare(t, &s, why);
}

static size_t fetch(uint64_t pc, bool *guarded)
{
    *guarded = guarded_code;
    return pc >= CODE && pc < CODE + 0x10000 ? CODE + 0x10000 - pc : 0;
}

static void on_fault(int sig, siginfo_t *info, void *uc)
{
    if (!engine_host_fault(cpu, info, uc))
        signal(sig, SIG_DFL);
}

int main(void)
{
    static const struct engine_os os = {.fetch = fetch};
    static struct cpu storage;
    unsigned bad = 0;
    void *want = (void *)CODE;
    if (mmap(want, 0x20000, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != want) {
        perror("insn_test: mmap");
        return 2;
    }
    for (uint64_t at = CODE; at < DATA; at += 4)
        *(uint32_t *)at = 0xd4200000; // brk #0
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGFPE, &sa, NULL);
    cpu = &storage;
    tier_from_environment();
    engine_init(&os);
    engine_thread_init(cpu);
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++)
        bad += run(&tests[i]) != 0;
    printf("%zu lines, %u fail\n", sizeof tests / sizeof *tests, bad);
    return bad != 0;
}
