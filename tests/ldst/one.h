// SPDX-License-Identifier: MIT
// One thread whose instructions the tests of this folder run one at a time, on a page of memory.
#ifndef TESTS_LDST_ONE_H
#define TESTS_LDST_ONE_H

#include "../a64/words.h"
#include "engine/engine.h"

#include <stdbool.h>

#define CODE UINT64_C(0x10000000) // where the instruction stands, BRKs behind it
#define PAGE UINT64_C(0x20001000) // the page
enum { SIZE = 4096, BRK = 0xd4200000 };

extern struct cpu *cpu;

// Maps both, takes the signals, and starts the engine on the tier that A64RUN_TIER names.
void one_start(void);

// Runs `word` on what the registers hold.
enum ir_exit one_run(uint32_t word);

// Whether the row is one of the loads and stores, but for memory copies and sets: those show in the
// registers how far they have come.
bool one_is_load_store(unsigned row);

#endif
