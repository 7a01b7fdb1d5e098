// SPDX-License-Identifier: MIT
// The tiers' driver. Blocks are made for the evaluator when first reached, compiled when they have
// run often enough (engine/native.h), linked to each other when an exit is first taken, and all
// thrown away together when guest code changes or memory runs out.
#include "engine/engine.h"

#include "a64/model.h"
#include "a64/translate.h"
#include "base/arena.h"
#include "base/bits.h"
#include "base/die.h"
#include "base/log.h"
#include "engine/blocks.h"
#include "engine/native.h"
#include "opt/opt.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum {
    MAX_BLOCK_INSNS = 64,
    IR_CAPACITY = 2048,
    NOT_IN_SLOT_0 = 4, // a pc that no branch looks for in slot 0 of a jump table: empty, the slot
                       // must not match pc 0
    // Of a block, until it is compiled for them: accesses with a tagged address, floating-point
    // exceptions.
    TAGS_LIMIT = 8,
    EXCEPTIONS_LIMIT = 8,
    JUMP_TABLES = 3,
};

// Each kind of indirect branch has its jump table, or shares it with one that lands in fewer
// places: what is in a table was looked at for the latter. As long as there is no guarded code,
// where it matters, one table does for all: it is in the cache.
static bool guarded_code;
static const struct {
    uint8_t table, strictest;
} jump_table[IR_BRANCH_KINDS] = {
    [IR_BRANCH_RETURN] = {0, IR_BRANCH_RETURN},
    [IR_BRANCH_TAIL] = {1, IR_BRANCH_CALL},
    [IR_BRANCH_CALL] = {1, IR_BRANCH_CALL},
    [IR_BRANCH_JUMP] = {2, IR_BRANCH_JUMP},
};

struct engine_stats engine_stats;

static const struct engine_os *os;

void engine_init(const struct engine_os *callbacks)
{
    os = callbacks;
    blocks_init();
}

// The engine's part of a thread, behind c->engine.
struct engine_thread {
    struct ir_jump jumps[JUMP_TABLES][IR_JUMPS];
    struct ir_native_jump native_jumps[JUMP_TABLES][IR_NATIVE_JUMPS] __attribute__((aligned(4096)));
    bool used[JUMP_TABLES]; // what was never written is not to be touched
    jmp_buf recover;        // where engine_host_fault sends the thread
    bool running;           // translated code is running
    bool fetching;          // guest code is being read for translation
    uint64_t flushes;       // of engine_stats, when `jumps` was last emptied
    uint32_t mode;          // the one `jumps` is for
    unsigned steps;         // instructions to be evaluated: the host could not do the first of them
    struct block *excepting; // the block whose floating point the host could not do
    struct block *tagged;    // the block with an access that failed because of its address's tag
    bool stepping;           // it is
    siginfo_t fault_info;
};

static void forget_jumps(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    for (unsigned kind = 0; kind < IR_BRANCH_KINDS; kind++) {
        unsigned i = guarded_code ? jump_table[kind].table : 0;
        if (e->used[i]) {
            memset(e->jumps[i], 0, sizeof e->jumps[i]);
            // Mostly untouched: the pages are given back.
            madvise(e->native_jumps[i], sizeof e->native_jumps[i], MADV_DONTNEED);
        }
        e->used[i] = false;
        e->jumps[i][0].pc = e->native_jumps[i][0].pc = NOT_IN_SLOT_0;
        c->s.jumps[kind] = e->jumps[i];
        c->s.native_jumps[kind] = e->native_jumps[i];
    }
    c->s.link = NULL;
    c->s.native_link = NULL;
    e->flushes = engine_stats.flushes;
}

void engine_thread_init(struct cpu *c)
{
    struct arena a;
    arena_init(&a, sizeof(struct engine_thread));
    c->engine = arena_alloc(&a, sizeof(struct engine_thread));
    forget_jumps(c);
}

void engine_thread_fini(struct cpu *c)
{
    struct arena a = {(uint8_t *)c->engine, 0, sizeof(struct engine_thread)};
    arena_fini(&a);
}

// Lets branches of the kind that led to `b` find it.
static void add_jump(struct cpu *c, const struct block *b)
{
    unsigned kind = c->s.branch, table = guarded_code ? jump_table[kind].table : 0;
    if (b->lands & A64_LANDS_TELL || !(b->lands >> jump_table[kind].strictest & 1))
        return;
    uint64_t at = b->pc >> 2;
    c->s.jumps[kind][at % IR_JUMPS] = (struct ir_jump){b->pc, b->code.ops};
    if (b->native.entry)
        c->s.native_jumps[kind][at % IR_NATIVE_JUMPS] =
            (struct ir_native_jump){b->pc, b->native.checked};
    c->engine->used[table] = true;
}

// Throws all translations away. Threads other than c notice when they next run.
static void flush(struct cpu *c)
{
    blocks_clear();
    native_clear();
    engine_stats.flushes++;
    forget_jumps(c);
}

static void log_block(uint64_t pc, uint32_t mode)
{
    if (log_on(LOG_in_asm))
        engine_dump_block(log_file(), pc, mode, "guest");
    if (log_on(LOG_ir))
        engine_dump_block(log_file(), pc, mode, "ir");
    if (log_on(LOG_eval))
        engine_dump_block(log_file(), pc, mode, "eval");
}

// How many instructions from pc on belong to one block: up to the limit, the end of what can be
// fetched.
static unsigned block_limit(uint64_t pc, bool *guarded)
{
    size_t bytes = os->fetch(pc, guarded);
    return bytes / 4 < MAX_BLOCK_INSNS ? (unsigned)(bytes / 4) : MAX_BLOCK_INSNS;
}

// Every block of a debug build keeps the rules of the intermediate language.
static void verify(const struct ir_block *ir)
{
    const char *rule = ir_verify(ir);
    if (likely(!rule))
        return;
    ir_print(stderr, ir, NULL);
    die_bug(__FILE__, __LINE__, "ir: block at %#llx: %s", (unsigned long long)ir->pc, rule);
}

static void translate_ir(struct a64_tr *t, uint64_t pc, uint32_t mode, unsigned max_insns,
                         bool guarded, bool extended)
{
    static __thread struct ir_inst storage[IR_CAPACITY];
    a64_translate_block(
        t, storage, IR_CAPACITY,
        &(struct a64_code){pc, (const uint32_t *)pc, max_insns, mode, guarded, extended});
    if (A64_VERIFY)
        verify(&t->ir);
}

// Makes the block at pc for the thread's mode. NULL if its first instruction cannot be fetched.
static struct block *make_block(struct cpu *c, uint64_t pc)
{
    bool guarded = false;
    unsigned max_insns = block_limit(pc, &guarded);
    if (!max_insns)
        return NULL;
    if (guarded && !guarded_code) {
        guarded_code = true;
        flush(c);
    }
    struct a64_tr t;
    c->engine->fetching = true;
    translate_ir(&t, pc, c->engine->mode, max_insns, guarded, false);
    c->engine->fetching = false;
    struct block *b = blocks_add(&t.ir, t.mode, t.insns, CPU_FIELD(temps), native_runs());
    if (!b) { // out of room: start over
        flush(c);
        b = blocks_add(&t.ir, t.mode, t.insns, CPU_FIELD(temps), native_runs());
        assert_msg(b, "engine: a block of %u instructions does not fit an empty cache", t.insns);
    }
    b->lands = t.lands;
    engine_stats.blocks++;
    engine_stats.insns_translated += t.insns;
    if (log_mask)
        log_block(pc, c->engine->mode);
    return b;
}

static void log_entry(const struct cpu *c)
{
    if (log_on(LOG_exec))
        log_printf("exec %#llx\n", (unsigned long long)c->s.pc);
    if (log_on(LOG_cpu)) {
        for (unsigned i = 0; i < 31; i++)
            log_printf("x%u=%016llx%c", i, (unsigned long long)c->x[i], i % 4 == 3 ? '\n' : ' ');
        log_printf("sp=%016llx\npc=%016llx nzcv=%llx\n", (unsigned long long)c->sp,
                   (unsigned long long)c->s.pc, (unsigned long long)c->nzcv);
    }
}

// Where the thread stands after an exit that left pc to the recovery record of the access in
// flight.
static void recover_pc(struct cpu *c)
{
    const struct eval_op *op = c->s.fault_op;
    uint64_t pc;
    if (!op) // known already: compiled code, or a step
        return;
    if (x64_is_call(op, &pc)) {
        c->s.pc = pc;
        return;
    }
    const struct block *b = blocks_of_op(op);
    assert_msg(b, "engine: fault outside of any block");
    c->s.pc = b->pc + 4 * eval_insn_of(&b->code, op);
}

static enum ir_exit finish(struct cpu *c)
{
    enum ir_exit why = (enum ir_exit)c->s.exit;
    if (ir_exit_in_flight(why))
        recover_pc(c);
    return why;
}

// Whether blocks may go on to each other without coming back here.
static bool may_chain(void)
{
    return !(log_on(LOG_exec) || log_on(LOG_cpu) || log_on(LOG_nochain));
}

// Without room for the code of b everything is thrown away: it will get hot again.
static void compile(struct cpu *c, struct block *b)
{
    bool guarded = false;
    unsigned max_insns = block_limit(b->pc, &guarded);
    struct a64_tr t;
    if (!max_insns)
        return;
    c->engine->fetching = true;
    translate_ir(&t, b->pc, b->mode, max_insns, guarded, true);
    c->engine->fetching = false;
    opt_run(&t.ir);
    if (!native_compile(b, &t.ir)) {
        flush(c);
        return;
    }
    if (t.insns > b->n_insns)
        blocks_grow(b, t.insns);
    engine_stats.compiled++;
    engine_stats.insns_compiled += t.insns;
}

// Compiles block b, which has run often enough.
static void make_native(struct cpu *c, struct block *b)
{
    b->code.ops[0].d = UINT16_MAX; // should it stay as it is
    compile(c, b);
}

// A block whose numbers are often none (NaNs, out of range) is compiled once more, its floating
// point calling the evaluator.
static void note_exception(struct cpu *c, struct block *b)
{
    if (b->evaluate_fp || ++b->exceptions < EXCEPTIONS_LIMIT)
        return;
    b->evaluate_fp = true;
    compile(c, b);
}

// An access of compiled block b failed because of its address's tag, which costs a signal: if that
// is no exception, b is compiled again so that it does not matter.
static void note_tag(struct cpu *c, struct block *b)
{
    if (b->untag || ++b->tags < TAGS_LIMIT)
        return;
    b->untag = true;
    compile(c, b);
}

// Evaluates the instruction at pc alone, whatever it is, and goes on behind it.
static void step(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    static struct arena arena;
    struct a64_tr t;
    struct eval_code code;
    uint64_t pc = c->s.pc;
    if (!arena.base)
        arena_init(&arena, 64 << 10);
    arena_reset(&arena);
    translate_ir(&t, pc, e->mode, 1, false, false);
    bool fits = eval_compile(&t.ir, &arena, CPU_FIELD(temps), 0, &code);
    assert_msg(fits, "engine: no room for one instruction");
    e->stepping = e->running = true;
    eval_run(&c->s, code.ops);
    e->stepping = e->running = false;
    if (ir_exit_in_flight((enum ir_exit)c->s.exit))
        c->s.pc = pc;
    c->s.fault_op = NULL;
    c->s.link = NULL; // went with the arena
}

// Whether the last exit is one for the caller of engine_run; an invalidation is made here.
static bool concerns_caller(struct cpu *c)
{
    if (c->s.exit == IR_EXIT_IC) {
        uint64_t line = round_down(ir_untag(c->s.arg), A64_ICACHE_LINE);
        engine_invalidate(c, line, line + A64_ICACHE_LINE);
        return false;
    }
    return c->s.exit != IR_EXIT_LOOKUP && c->s.exit != IR_EXIT_HOT;
}

// The instructions that compiled code left to the evaluator. False if they end in something else
// than the next one.
static bool catch_up(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    struct block *b = e->excepting;
    e->excepting = NULL;
    for (c->s.exit = IR_EXIT_LOOKUP; e->steps && c->s.exit == IR_EXIT_LOOKUP; e->steps--)
        step(c);
    e->steps = 0;
    if (b)
        note_exception(c, b);
    if (e->tagged)
        note_tag(c, e->tagged);
    e->tagged = NULL;
    return !concerns_caller(c);
}

enum ir_exit engine_run(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    if (_setjmp(e->recover)) {
        if (e->fetching) { // mapped, but not to be read: a file that has shrunk
            e->fetching = false;
            return IR_EXIT_FETCH;
        }
        e->running = false;
        if (e->stepping || !e->steps) {
            if (e->stepping) // pc is that of the step
                c->s.fault_op = NULL;
            e->stepping = false;
            e->steps = 0;
            c->s.exit = IR_EXIT_FAULT;
            return finish(c);
        }
        if (!catch_up(c))
            return finish(c);
    }
    c->s.link = NULL; // what was left unlinked does not lead to where a handler begins
    c->s.native_link = NULL;
    if (unlikely(e->flushes != engine_stats.flushes))
        forget_jumps(c);
    for (;;) {
        uint64_t pc = c->s.pc = ir_without_tag(c->s.pc); // a branch drops the tag of its target
        if (c->s.interrupt)
            return IR_EXIT_INTERRUPT;
        if (pc & 3)
            return IR_EXIT_PC_ALIGN;
        struct eval_link *link = c->s.link;
        if (unlikely(e->mode != cpu_mode(c))) {
            forget_jumps(c);
            e->mode = cpu_mode(c);
        }
        struct block *b = blocks_find(pc, e->mode);
        if (!b) {
            b = make_block(c, pc);
            if (!b)
                return IR_EXIT_FETCH;
            link = c->s.link; // gone if making the block flushed the others
        }
        if (c->s.exit == IR_EXIT_HOT && !b->native.entry) {
            make_native(c, b);
            c->s.exit = IR_EXIT_LOOKUP;
            continue; // without an entry it is run again from the beginning
        }
        uint32_t branch = c->s.branch;
        if (unlikely(!(b->lands >> branch & 1)))
            return IR_EXIT_LANDING;
        if (may_chain()) {
            if (link)
                link->code = b->code.ops;
            add_jump(c, b);
            if (b->native.entry && c->s.native_link)
                x64_link_to(c->s.native_link, &b->native);
        }
        if (log_mask)
            log_entry(c);
        c->s.link = NULL;
        c->s.native_link = NULL;
        c->s.branch = IR_BRANCH_RETURN;
        e->running = true;
        eval_run(&c->s, b->code.ops);
        e->running = false;
        if (unlikely(b->lands & A64_LANDS_TELL))
            c->s.branch = branch;
        if (c->s.exit == IR_EXIT_EVALUATE) {
            e->steps = (unsigned)c->s.native_steps;
            e->excepting = native_block_at((const void *)c->s.arg);
            c->s.native_link = NULL;
            if (!catch_up(c))
                return finish(c);
        } else if (concerns_caller(c)) {
            return finish(c);
        }
    }
}

// Continues an interrupted access in engine_run, on the thread's ordinary stack.
static NORETURN void land(struct engine_thread *e)
{
    _longjmp(e->recover, 1);
}

bool engine_host_fault(struct cpu *c, const siginfo_t *info, void *ucontext)
{
    struct engine_thread *e = c->engine;
    struct block *native =
        e && e->running
            ? native_block_at((void *)((ucontext_t *)ucontext)->uc_mcontext.gregs[REG_RIP])
            : NULL;
    if (!e || !(native || e->fetching || (e->running && c->s.fault_op)))
        return false;
    e->fault_info = *info;
    x64_env_recover(&c->s, &((ucontext_t *)ucontext)->uc_mcontext.fpregs->mxcsr);
    if (native) {
        unsigned steps = native_recover(c, native, ucontext);
        c->s.fault_op = NULL;
        // An address with a tag, or one that is none: only the evaluator knows.
        if (info->si_signo == SIGFPE) {
            e->steps = steps;
            e->excepting = native;
        } else {
            e->steps = info->si_code == SI_KERNEL;
            e->tagged = e->steps ? native : NULL;
        }
    }
    // The host knows which byte of an access that crosses pages it was, but nothing of addresses
    // that are not canonical, and of tags. What compiled code accesses has none.
    if (native && !e->steps) {
        c->s.fault_addr = (uint64_t)info->si_addr;
    } else if (!native && !e->fetching) {
        uint64_t pointer = eval_fault_address(&c->s, c->s.fault_op), tag = pointer >> 56 << 56;
        bool known = info->si_code != SI_KERNEL;
        c->s.fault_addr = known ? tag | (uint64_t)info->si_addr << 8 >> 8 : pointer;
    }
    ucontext_t *uc = ucontext;
    // Call land(e) as if from the interrupted function: below its red zone, stack aligned as at a
    // call.
    uint64_t sp = ((uint64_t)uc->uc_mcontext.gregs[REG_RSP] - 256) & ~UINT64_C(15);
    uc->uc_mcontext.gregs[REG_RSP] = (greg_t)(sp - 8);
    uc->uc_mcontext.gregs[REG_RDI] = (greg_t)e;
    uc->uc_mcontext.gregs[REG_RIP] = (greg_t)land;
    return true;
}

const siginfo_t *engine_fault_info(const struct cpu *c)
{
    return &c->engine->fault_info;
}

void engine_interrupt(struct cpu *c)
{
    c->s.interrupt = 1;
}

void engine_invalidate(struct cpu *c, uint64_t start, uint64_t end)
{
    if (blocks_overlap(start, end))
        flush(c);
}

static void dump_evaluated(FILE *out, const struct ir_block *ir)
{
    struct eval_code code;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    if (eval_compile(ir, &arena, CPU_FIELD(temps), 0, &code)) {
        fprintf(out, "block %#llx\n", (unsigned long long)ir->pc);
        eval_print(out, &code, CPU_FIELD(temps), a64_slot_name);
    }
    arena_fini(&arena);
}

void engine_dump_block(FILE *out, uint64_t pc, uint32_t mode, const char *what)
{
    bool guarded = false;
    unsigned max_insns = block_limit(pc, &guarded);
    struct a64_tr t;
    char text[128];
    if (!max_insns) {
        fprintf(out, "%#llx: cannot be fetched\n", (unsigned long long)pc);
        return;
    }
    translate_ir(&t, pc, mode, max_insns, guarded, false);
    if (!strcmp(what, "guest")) {
        fprintf(out, "block %#llx\n", (unsigned long long)pc);
        for (unsigned i = 0; i < t.insns; i++) {
            uint32_t word = ((const uint32_t *)pc)[i];
            fprintf(out, "  %#llx:  %08x  %s\n", (unsigned long long)pc + 4 * i, word,
                    a64_disassemble(word, pc + 4 * i, text, sizeof text));
        }
    } else if (!strcmp(what, "eval")) {
        dump_evaluated(out, &t.ir);
    } else {
        ir_print(out, &t.ir, a64_slot_name);
    }
}
