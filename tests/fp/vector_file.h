// SPDX-License-Identifier: MIT
//
// Reader of golden single-instruction vectors: one line of text is an instruction, the state
// before it and what differs after it.
#ifndef TESTS_FP_VECTOR_FILE_H
#define TESTS_FP_VECTOR_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct vreg {
    uint64_t d[2]; // low half first
};

struct machine {
    uint64_t x[32]; // x[31] reads as zero
    struct vreg v[32];
    uint32_t nzcv;
    uint32_t fpcr;
    uint32_t fpsr;
};

struct vector {
    char name[256]; // the decode clause
    uint32_t insn;
    bool undefined;
    struct machine in;
    struct machine want;
};

// False when the line is not a vector that touches registers only.
bool vector_parse(const char *line, struct vector *v);

// The registers in which got differs from v->want, as text; empty if none does.
void vector_difference(const struct vector *v, const struct machine *got, char *text,
                       unsigned size);

#endif
