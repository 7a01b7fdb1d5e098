// SPDX-License-Identifier: MIT
// Private to engine/: --check, compiled code against the evaluator in lock step.
#ifndef EMU_ENGINE_CHECK_H
#define EMU_ENGINE_CHECK_H

#include "engine/blocks.h"
#include "engine/engine.h"

// Makes what is needed to check block b, which is about to be compiled from `ir` (not optimised
// yet). With the engine's lock.
void check_prepare(struct block *b, const struct ir_block *ir);

// Runs compiled block b once, as eval_run does, but first in the evaluator, without effect. If the
// two differ, says so and ends the process.
void check_run(struct cpu *c, const struct block *b);

#endif
