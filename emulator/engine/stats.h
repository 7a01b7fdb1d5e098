// SPDX-License-Identifier: MIT
// Private to engine/: the counting behind --stats.
#ifndef EMU_ENGINE_STATS_H
#define EMU_ENGINE_STATS_H

#include "engine/blocks.h"
#include "engine/engine.h"

// Before any guest code runs.
void stats_begin(void);

static inline bool stats_wanted(void)
{
    return unlikely(engine_settings.stats != NULL);
}

static inline void stats_count(uint64_t *n)
{
    if (stats_wanted())
        __atomic_fetch_add(n, 1, __ATOMIC_RELAXED);
}

// Nanoseconds of some clock, or always 0: for differences.
uint64_t stats_clock(void);

// Block b was evaluated so far, and is not from now on.
void stats_left_evaluator(struct block *b);

// An instruction was evaluated alone.
void stats_stepped(const struct eval_code *code);

// Adds what was counted in blocks and code. With the engine's lock.
void stats_collect(void);

// Begins anew in a child process.
void stats_after_fork(void);

#endif
