// SPDX-License-Identifier: MIT
// The report of --stats. Exact is what compiled code counts itself (x64/tally.h); a block of the
// evaluator counts as run to its end, and an operation that faulted as executed.
#include "engine/stats.h"

#include "base/die.h"
#include "base/file.h"
#include "engine/native.h"
#include "engine/safepoint.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TOP = 10, REPORT_BYTES = 8192, STDERR = 2 };

struct engine_stats engine_stats;

static struct {
    int fd;
    bool json;
    pid_t pid; // whose counters these are: the child of a vfork has its parent's
} report;

struct text {
    char at[REPORT_BYTES];
    size_t n;
};

static void PRINTF_LIKE(2, 3) add(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->at + t->n, sizeof t->at - t->n, format, args);
    va_end(args);
    t->n += (size_t)n < sizeof t->at - t->n ? (size_t)n : sizeof t->at - t->n - 1;
}

void stats_begin(void)
{
    const char *path = engine_settings.stats;
    char name[4096];
    if (!path)
        return;
    size_t n = strlen(path);
    report.json = n > 5 && !strcmp(path + n - 5, ".json");
    report.pid = getpid();
    report.fd = *path ? own_file(path, O_WRONLY | O_CREAT | O_APPEND, name, sizeof name)
                      : own_descriptor(dup(STDERR));
    if (*path && report.fd < 0)
        die("--stats=%s: %s; name a file that can be written", path, strerror(errno));
}

uint64_t stats_clock(void)
{
    struct timespec t;
    if (!stats_wanted())
        return 0;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

// What it counts goes down to the run that does not happen; two operations are the counter's.
void stats_left_evaluator(struct block *b)
{
    if (!stats_wanted() || !native_runs() || b->native)
        return;
    uint16_t left = blocks_left(b) ? blocks_left(b) : 1;
    engine_stats.evaluated += (uint16_t)(b->runs_left - left) * (uint64_t)(b->code.n_ops - 2);
    b->runs_left = left;
}

void stats_stepped(const struct eval_code *code)
{
    stats_count(&engine_stats.steps);
    if (stats_wanted())
        __atomic_fetch_add(&engine_stats.evaluated, code->n_ops, __ATOMIC_RELAXED);
}

void stats_collect(void)
{
    if (!stats_wanted())
        return;
    blocks_each(stats_left_evaluator);
    native_collect();
}

static double ratio(uint64_t a, uint64_t b)
{
    return b ? (double)a / (double)b : 0;
}

// The operation called most often among those not in `told` yet; IR_OP_COUNT: none.
static unsigned next_called(bool told[IR_OP_COUNT])
{
    unsigned best = IR_OP_COUNT;
    for (unsigned i = 0; i < IR_OP_COUNT; i++)
        if (!told[i] && engine_stats.calls[i] &&
            (best == IR_OP_COUNT || engine_stats.calls[i] > engine_stats.calls[best]))
            best = i;
    if (best < IR_OP_COUNT)
        told[best] = true;
    return best;
}

static void add_called(struct text *t, const char *format, uint64_t all)
{
    bool told[IR_OP_COUNT] = {false};
    for (unsigned k = 0, op; k < TOP && (op = next_called(told)) < IR_OP_COUNT; k++) {
        add(t, "%s", k && report.json ? "," : "");
        add(t, format, ir_op_info[op].name, engine_stats.calls[op],
            100 * ratio(engine_stats.calls[op], all));
    }
}

static const struct {
    const char *name, *why;
} refusals[ENGINE_REFUSALS] = {
#define REFUSAL(name, why) {#name, why},
#include "engine/refusals.def"
#undef REFUSAL
};

static void add_regions(struct text *t)
{
    const struct engine_stats *s = &engine_stats;
    add(t, "  regions     %" PRIu64 ", %" PRIu64 " instructions, %.0f ns each; refused", s->regions,
        s->insns_in_regions, ratio(s->region_ns, s->insns_in_regions));
    for (unsigned i = 0; i < ENGINE_REFUSALS; i++)
        add(t, "%s %" PRIu64 " %s", i ? "," : "", s->refused[i], refusals[i].why);
    add(t, "\n  waits       %.0f us for all of them, %.0f us for the longest\n",
        (double)s->region_waits_ns / 1000, (double)s->region_longest_ns / 1000);
}

static void report_text(struct text *t)
{
    const struct engine_stats *s = &engine_stats;
    uint64_t all = s->evaluated + s->lowered + s->called;
    add(t, "a64run: statistics of process %d\n", (int)report.pid);
    add(t, "  translated  %" PRIu64 " blocks, %" PRIu64 " instructions, %.0f ns each\n", s->blocks,
        s->insns_translated, ratio(s->translation_ns, s->insns_translated));
    add(t,
        "  compiled    %" PRIu64 " blocks, %" PRIu64 " instructions, %.0f ns and %.1f bytes each\n",
        s->compiled, s->insns_compiled, ratio(s->compilation_ns, s->insns_compiled),
        ratio(s->code_bytes, s->insns_compiled + s->insns_in_regions));
    if (engine_settings.tier > 1)
        add_regions(t);
    add(t,
        "  code        %" PRIu64 " bytes; %" PRIu64
        " blocks removed as the program changed, memory "
        "begun anew %" PRIu64 " times\n",
        s->code_bytes, s->removed, s->emptied);
    add(t, "  look-ups    %" PRIu64 ", of which %" PRIu64 " found no block\n", s->lookups,
        s->blocks);
    add(t,
        "  completed   %" PRIu64 " faults, %" PRIu64 " floating-point exceptions, %" PRIu64
        " tagged addresses; %" PRIu64 " instructions evaluated alone\n",
        s->faults, s->exceptions, s->tags, s->steps);
    add(t,
        "  operations  %" PRIu64 " executed: %.2f %% lowered, %.2f %% calls of the evaluator's "
        "functions, %.2f %% evaluated before their block was hot\n",
        all, 100 * ratio(s->lowered, all), 100 * ratio(s->called, all),
        100 * ratio(s->evaluated, all));
    add(t, "  lowered     %.2f %% of the operations of compiled code\n",
        100 * ratio(s->lowered, s->lowered + s->called));
    if (s->called)
        add(t, "  not lowered\n");
    add_called(t, "    %-16s %12" PRIu64 "  %5.2f %%\n", s->lowered + s->called);
}

static void report_json(struct text *t)
{
    const struct engine_stats *s = &engine_stats;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"blocks", s->blocks},
        {"instructions_translated", s->insns_translated},
        {"translation_ns", s->translation_ns},
        {"blocks_compiled", s->compiled},
        {"instructions_compiled", s->insns_compiled},
        {"compilation_ns", s->compilation_ns},
        {"regions", s->regions},
        {"instructions_in_regions", s->insns_in_regions},
        {"region_ns", s->region_ns},
        {"region_waits_ns", s->region_waits_ns},
        {"region_longest_ns", s->region_longest_ns},
        {"code_bytes", s->code_bytes},
        {"blocks_removed", s->removed},
        {"regions_emptied", s->emptied},
        {"lookups", s->lookups},
        {"faults", s->faults},
        {"fp_exceptions", s->exceptions},
        {"tagged_addresses", s->tags},
        {"steps", s->steps},
        {"operations_evaluated", s->evaluated},
        {"operations_lowered", s->lowered},
        {"operations_called", s->called},
    };
    add(t, "{\"pid\":%d,", (int)report.pid);
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        add(t, "\"%s\":%" PRIu64 ",", rows[i].name, rows[i].value);
    add(t, "\"regions_refused\":{");
    for (unsigned i = 0; i < ENGINE_REFUSALS; i++)
        add(t, "%s\"%s\":%" PRIu64, i ? "," : "", refusals[i].name, s->refused[i]);
    add(t, "},\"not_lowered\":{");
    add_called(t, "\"%s\":[%" PRIu64 ",%.4f]", s->lowered + s->called);
    add(t, "}}\n");
}

void engine_stats_report(void)
{
    static struct text text;
    if (!stats_wanted() || getpid() != report.pid)
        return;
    engine_lock();
    stats_collect();
    engine_unlock();
    text.n = 0;
    if (report.json)
        report_json(&text);
    else
        report_text(&text);
    ssize_t written = write(report.fd, text.at, text.n);
    (void)written; // there is nobody to tell
}

void stats_after_fork(void)
{
    if (!stats_wanted())
        return;
    stats_collect();
    engine_stats = (struct engine_stats){0};
    report.pid = getpid();
}
