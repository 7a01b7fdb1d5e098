// SPDX-License-Identifier: MIT
// Private to engine/: the places where a debugger wants threads to leave. They are looked at only
// when code is translated: a block ends before one, and what begins there leaves at once. So code
// that has none of them costs nothing. With the engine's lock.
#ifndef EMU_ENGINE_TRAPS_H
#define EMU_ENGINE_TRAPS_H

#include "a64/translate.h"

#include <stdbool.h>
#include <stdint.h>

// How many of max_insns instructions from pc on come before the first place; 0: it is pc.
unsigned traps_limit(uint64_t pc, unsigned max_insns);

// The block that leaves at pc with IR_EXIT_TRAP.
void traps_translate(struct a64_tr *t, struct ir_inst *storage, unsigned capacity, uint64_t pc,
                     uint32_t mode, bool guarded);

#endif
