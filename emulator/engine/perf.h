// SPDX-License-Identifier: MIT
// Private to engine/: tells perf(1) what compiled code is, for --perf.
#ifndef EMU_ENGINE_PERF_H
#define EMU_ENGINE_PERF_H

#include "engine/blocks.h"
#include "engine/engine.h"

// Before any guest code runs / in a child process, which has code already.
void perf_begin(void);
void perf_after_fork(void);

// A block has been compiled to n.
void perf_block(const struct native_code *n);

// Other code. Nothing unless --perf was given.
void perf_code(const char *name, const uint8_t *start, const uint8_t *end);

#endif
