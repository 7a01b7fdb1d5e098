// SPDX-License-Identifier: MIT
// What the engine translates and runs, as text.
#include "base/log.h"
#include "engine/engine_internal.h"

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
    translate(&t, pc, mode, max_insns, guarded, false);
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

void dump_block(uint64_t pc, uint32_t mode)
{
    if (log_on(LOG_in_asm))
        engine_dump_block(log_file(), pc, mode, "guest");
    if (log_on(LOG_ir))
        engine_dump_block(log_file(), pc, mode, "ir");
    if (log_on(LOG_eval))
        engine_dump_block(log_file(), pc, mode, "eval");
}
