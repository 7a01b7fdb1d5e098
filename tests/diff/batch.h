// SPDX-License-Identifier: MIT
// Running cases on two emulators, and what differs between two results.
#ifndef DIFF_BATCH_H
#define DIFF_BATCH_H

#include "guest/case.h"

#include <stdbool.h>

enum diff_kind {
    KIND_SIGNAL,
    KIND_CODE,
    KIND_ADDRESS,
    KIND_NO_ADDRESS, // it is 0 on one side
    KIND_TAG,        // it differs in bits 63:56 only
    KIND_ESR,
    KIND_PC,
    KIND_X,
    KIND_SP,
    KIND_V,
    KIND_NZCV,
    KIND_PSTATE, // DIT, SSBS
    KIND_FPCR,
    KIND_FPSR,
    KIND_MEMORY,
    KIND_COUNT
};
extern const char *const diff_kinds[KIND_COUNT];

// The signal in a result when the emulator ended before it.
enum { DIFF_DIED = 255 };

// The two command lines, and the program that they run.
struct diff_pair {
    const char *command[2];
    const char *runner;
    struct diff_header header[2];
    bool same;            // one emulator in two ways: nothing may differ, the ESR is compared too
    uint64_t pstate;      // the bits that both have
    uint32_t fpcr_of_one, fpsr_of_one; // the bits that one has and the other not
};

// Runs the cases on both; results in out[0], out[1]. A case that ends an emulator gets DIFF_DIED.
void batch_run(struct diff_pair *pair, const struct diff_case *cases, unsigned n,
               struct diff_result *out[2]);

// The same for one case; returns the set of kinds that differ.
unsigned batch_run_one(struct diff_pair *pair, const struct diff_case *c,
                       struct diff_result result[2]);

unsigned batch_compare(const struct diff_pair *pair, const struct diff_result *a,
                       const struct diff_result *b);

const char *batch_signal_name(unsigned signal);

#endif
