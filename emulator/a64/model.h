// SPDX-License-Identifier: MIT
// The processors that can be emulated (a64/model.def) and the choice of one.
#ifndef EMU_A64_MODEL_H
#define EMU_A64_MODEL_H

#include "a64/feature.h"

#include <stdio.h>

struct a64_model {
    const char *name;
    uint32_t midr; // MIDR_EL1
    uint16_t dcache_line, zva_block;
    a64_features features;
    const char *what;
};

extern const struct a64_model a64_models[];
extern const unsigned a64_model_count;

// What each Armv8.0-A processor has that Linux runs on.
extern const a64_features a64_v8_0;

// The one chosen; a64_present is what it has, after the changes asked for.
extern const struct a64_model *a64_model;

// Chooses as -cpu says: "name", or "name,feature=on,feature=off". NULL, or what is wrong with it
// (static storage).
const char *a64_choose(const char *text);

// Prints the processors and the features that can be switched.
void a64_list(FILE *out);

// Instruction lines are 4 KiB in every model, so that programs which write code say so once a page.
enum { A64_ICACHE_LINE = 4096 };

// CTR_EL0, DCZID_EL0 and CNTFRQ_EL0.
uint64_t a64_ctr(void);
uint64_t a64_dczid(void);
#define A64_CNTFRQ UINT64_C(1000000000)

#endif
