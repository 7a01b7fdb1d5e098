// SPDX-License-Identifier: MIT
// What the engine translates and runs, as text.
#include "base/log.h"
#include "engine/engine_internal.h"
#include "engine/native.h"
#include "opt/opt.h"

#include <string.h>

void dump_entry(const struct cpu *c)
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

static void dump_evaluated(FILE *out, const struct ir_block *ir)
{
    struct eval_code code;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    if (eval_compile(ir, &arena, CPU_FIELD(temps), NULL, &code)) {
        fprintf(out, "block %#llx\n", (unsigned long long)ir->pc);
        eval_print(out, &code, CPU_FIELD(temps), a64_slot_name);
    }
    arena_fini(&arena);
}

static void print_guest(FILE *out, uint64_t pc)
{
    char text[128];
    uint32_t word = *(const uint32_t *)pc;
    fprintf(out, "  %#llx:  %08x  %s\n", (unsigned long long)pc, word,
            a64_disassemble(word, pc, text, sizeof text));
}

static void print_bytes(FILE *out, const uint8_t *from, const uint8_t *to)
{
    if (from == to)
        return;
    fprintf(out, "      %llx:", (unsigned long long)from);
    for (; from < to; from++)
        fprintf(out, " %02x", *from);
    fputc('\n', out);
}

static unsigned bytes_of(const struct block *b)
{
    const struct x64_code *c = &b->native->code;
    return (unsigned)(c->end - c->entry + (c->stubs_end - c->stubs));
}

// The code of each operation below it, and that below its guest instruction.
static void print_native(FILE *out, const struct block *b, const struct x64_layout *layout)
{
    const uint8_t *start = b->native->code.entry;
    const struct ir_places *p = &layout->places;
    fprintf(out, "block %#llx: x86-64, %u bytes\n", (unsigned long long)b->pc, bytes_of(b));
    print_bytes(out, start, start + layout->at[0]);
    unsigned insn = 0;
    for (unsigned i = 0; i < p->n_ops; i++) {
        for (; insn < p->n_insns && p->insn_start[insn] <= i; insn++)
            print_guest(out, b->pc + 4 * insn);
        fputs("    ", out);
        ir_print_placed(out, &p->ops[i], CPU_FIELD(temps), a64_slot_name);
        print_bytes(out, start + layout->at[i], start + layout->at[i + 1]);
    }
    fputs("  out of line\n", out);
    print_bytes(out, b->native->code.stubs, b->native->code.stubs_end);
}

static SCRATCH struct x64_layout layout_storage;

struct x64_layout *dump_layout(void)
{
    return log_on(LOG_x64) ? &layout_storage : NULL;
}

void dump_compiled(const struct block *b, const struct ir_block *ir, unsigned n_insns)
{
    if (log_on(LOG_compile))
        log_printf("compile %#llx %u %u\n", (unsigned long long)b->pc, n_insns, bytes_of(b));
    if (log_on(LOG_opt))
        ir_print(log_file(), ir, a64_slot_name);
    if (log_on(LOG_x64))
        print_native(log_file(), b, &layout_storage);
}

// Compiles the block once more, whether it is hot or not; nobody will ever run it.
static void dump_native(FILE *out, const struct a64_tr *t)
{
    static struct block sample;
    static struct eval_op way_in[2];
    sample = (struct block){.pc = t->ir.pc, .mode = t->mode, .code.ops = way_in};
    if (!native_wanted() ||
        !native_compile(&sample, t, (struct native_form){.counted = true}, &layout_storage) ||
        !sample.native)
        fprintf(out, "block %#llx: is not compiled\n", (unsigned long long)t->ir.pc);
    else
        print_native(out, &sample, &layout_storage);
}

static void dump(FILE *out, uint64_t pc, uint32_t mode, const char *what)
{
    bool fetching, guarded = false, compiled = !strcmp(what, "opt") || !strcmp(what, "x64");
    unsigned max_insns = block_limit(pc, &guarded);
    struct a64_tr t;
    if (!max_insns) {
        fprintf(out, "%#llx: cannot be fetched\n", (unsigned long long)pc);
        return;
    }
    translate(&fetching, &t, pc, mode, max_insns, guarded, compiled);
    if (compiled)
        opt_run(&t.ir, OPT_BLOCKS);
    if (!strcmp(what, "guest")) {
        fprintf(out, "block %#llx\n", (unsigned long long)pc);
        for (unsigned i = 0; i < t.insns; i++)
            print_guest(out, pc + 4 * i);
    } else if (!strcmp(what, "eval")) {
        dump_evaluated(out, &t.ir);
    } else if (!strcmp(what, "x64")) {
        dump_native(out, &t);
    } else {
        ir_print(out, &t.ir, a64_slot_name);
    }
}

void engine_dump_block(FILE *out, uint64_t pc, uint32_t mode, const char *what)
{
    engine_lock();
    dump(out, pc, mode, what);
    engine_unlock();
}

void dump_block(uint64_t pc, uint32_t mode)
{
    if (log_on(LOG_in_asm))
        dump(log_file(), pc, mode, "guest");
    if (log_on(LOG_ir))
        dump(log_file(), pc, mode, "ir");
    if (log_on(LOG_eval))
        dump(log_file(), pc, mode, "eval");
}
