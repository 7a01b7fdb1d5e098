// SPDX-License-Identifier: MIT
#include "opt/opt.h"

#include "base/die.h"
#include "base/log.h"

#include <limits.h>
#include <string.h>

enum { BLOCKS = OPT_BLOCKS, REGIONS = OPT_REGIONS, EVERY = OPT_BLOCKS | OPT_REGIONS };

const struct opt_pass opt_passes[OPT_PASS_COUNT] = {
#define OPT_PASS(name, tiers, what) {#name, opt_##name, tiers, what},
#include "opt/passes.def"
#undef OPT_PASS
};
_Static_assert(OPT_PASS_COUNT <= 32, "a bit of struct opt_settings each");

struct opt_settings opt_settings = {.limit = UINT_MAX, .verify = A64_VERIFY};

static unsigned made; // passes over blocks

const struct opt_pass *opt_find(const char *name)
{
    for (unsigned i = 0; i < OPT_PASS_COUNT; i++)
        if (!strcmp(opt_passes[i].name, name))
            return &opt_passes[i];
    return NULL;
}

const char *opt_names(void)
{
    return
#define OPT_PASS(name, tiers, what) " " #name
#include "opt/passes.def"
#undef OPT_PASS
        ;
}

const char *opt_choose(const char *list, uint32_t *passes)
{
    static char name[32];
    do {
        size_t n = strcspn(list, ",");
        snprintf(name, sizeof name, "%.*s", (int)n, list);
        const struct opt_pass *pass = opt_find(name);
        if (pass)
            *passes |= UINT32_C(1) << (pass - opt_passes);
        else if (!strcmp(name, "all"))
            *passes |= OPT_ALL;
        else
            return name;
        list += n;
    } while (*list++);
    return NULL;
}

// A copy of a block.
struct copy {
    struct ir_block ir;
    struct ir_inst storage[OPT_MAX_INSTS];
};

static void make_copy(struct copy *c, const struct ir_block *ir)
{
    c->ir = *ir;
    c->ir.inst = c->storage;
    memcpy(c->storage, ir->inst, ir->count * sizeof *ir->inst);
    opt_compact(&c->ir);
}

static bool same(const struct ir_block *a, const struct ir_block *b)
{
    return a->count == b->count && !memcmp(a->inst, b->inst, a->count * sizeof *a->inst);
}

// What a pass has done, in the form of its tests.
static void show(const struct opt_pass *pass, const struct ir_block *before,
                 const struct ir_block *after)
{
    if (same(before, after)) {
        log_printf("# pass %s: nothing to do in block 0x%llx\n", pass->name,
                   (unsigned long long)before->pc);
        return;
    }
    log_printf("pass %s\n", pass->name);
    ir_print(log_file(), before, opt_settings.slot_name);
    log_printf("->\n");
    ir_print(log_file(), after, opt_settings.slot_name);
}

static void verify(const struct opt_pass *pass, const struct ir_block *before,
                   const struct ir_block *after)
{
    const char *rule = ir_verify(after);
    if (likely(!rule))
        return;
    ir_print(stderr, before, opt_settings.slot_name);
    fprintf(stderr, "->\n");
    ir_print(stderr, after, opt_settings.slot_name);
    die_bug(__FILE__, __LINE__, "opt: pass %s: block at %#llx: %s", pass->name,
            (unsigned long long)after->pc, rule);
}

// Looks at what the pass does while it does it.
static void run_watched(const struct opt_pass *pass, struct ir_block *ir)
{
    static struct copy before, after;
    make_copy(&before, ir);
    pass->run(ir);
    if (opt_settings.verify)
        verify(pass, &before.ir, ir);
    if (opt_settings.shown >> (pass - opt_passes) & 1) {
        make_copy(&after, ir);
        show(pass, &before.ir, &after.ir);
    }
}

static void run(const struct opt_pass *pass, struct ir_block *ir)
{
    if (made == opt_settings.limit)
        return;
    made++;
    if (log_on(LOG_passes))
        log_printf("pass %u %s 0x%llx\n", made, pass->name, (unsigned long long)ir->pc);
    if (opt_settings.verify || opt_settings.shown)
        run_watched(pass, ir);
    else
        pass->run(ir);
}

void opt_run(struct ir_block *ir, unsigned tiers)
{
    for (unsigned i = 0; i < OPT_PASS_COUNT; i++)
        if (opt_passes[i].tiers & tiers && !(opt_settings.off >> i & 1))
            run(&opt_passes[i], ir);
    opt_compact(ir);
}

void opt_compact(struct ir_block *ir)
{
    ir_ref now[OPT_MAX_INSTS]; // where each operation has gone; what is gone: 0
    unsigned n = 1;
    assert_msg(ir->count <= OPT_MAX_INSTS, "opt: block at %#llx has %u operations",
               (unsigned long long)ir->pc, ir->count);
    now[0] = 0;
    for (unsigned i = 1; i < ir->count; i++) {
        struct ir_inst in = ir->inst[i];
        now[i] = in.op == IR_nop ? 0 : (ir_ref)n;
        if (in.op == IR_nop)
            continue;
        opt_use_replaced(&in, now);
        ir->inst[n++] = in;
    }
    ir->count = n;
}
