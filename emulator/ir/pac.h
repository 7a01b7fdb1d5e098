// SPDX-License-Identifier: MIT
// Pointer authentication: what the operations pac, aut, pacga and xpac mean. Codes stand in the
// bits between a 48-bit address and bit 55; in bits 63:56 too where the top byte is not ignored,
// which is the upper half (bit 55 set).
#ifndef EMU_IR_PAC_H
#define EMU_IR_PAC_H

#include <stdbool.h>
#include <stdint.h>

enum { IR_PAC_IA, IR_PAC_IB, IR_PAC_DA, IR_PAC_DB, IR_PAC_GA, IR_PAC_KEYS };

// A thread's keys, and which of the first four are in use (bit k): the others leave pointers alone.
struct ir_pac_key {
    uint64_t high, low;
};
struct ir_pac {
    struct ir_pac_key key[IR_PAC_KEYS];
    uint64_t enabled;
};

// How codes are computed.
enum ir_pac_algorithm { IR_PAC_OWN, IR_PAC_QARMA5, IR_PAC_QARMA3, IR_PAC_ALGORITHMS };

// What the processor has, as in its ID registers.
enum ir_pac_level {
    IR_PAC_BASE = 1,   // FEAT_PAuth
    IR_PAC_EPAC = 2,   // FEAT_EPAC
    IR_PAC_PAUTH2 = 3, // FEAT_PAuth2
    IR_PAC_FPAC = 4,   // FEAT_FPAC
    IR_PAC_FPACCOMBINE = 5,
};

// The operations' literal: key, whether the authentication is part of a branch or load, algorithm,
// level.
#define IR_PAC(key, combined, algorithm, level)                                 \
    ((unsigned)(key) | (unsigned)(combined) << 2 | (unsigned)(algorithm) << 3 | \
     (unsigned)(level) << 5)
bool ir_pac_fits(uint64_t how);

static inline unsigned ir_pac_key(unsigned how)
{
    return how & 3;
}

uint64_t ir_pac_strip(uint64_t pointer);
uint64_t ir_pac_add(const struct ir_pac *p, uint64_t pointer, uint64_t modifier, unsigned how);
uint64_t ir_pac_generic(const struct ir_pac *p, uint64_t value, uint64_t modifier, unsigned how);

// False if the code is wrong and the processor faults then; else *result is the pointer without its
// code, or one that no access can use.
bool ir_pac_auth(const struct ir_pac *p, uint64_t pointer, uint64_t modifier, unsigned how,
                 uint64_t *result);

// The code before it is cut to fit: Arm ARM ComputePAC.
uint64_t ir_pac_compute(enum ir_pac_algorithm algorithm, const struct ir_pac_key *key,
                        uint64_t value, uint64_t modifier);

// The block cipher QARMA-64 of `rounds` + 1 (at most 5) rounds forward and back, S-box sigma 1 or 2
// (Avanzi, "The QARMA Block Cipher Family").
uint64_t ir_qarma64(uint64_t text, uint64_t tweak, const struct ir_pac_key *key, unsigned rounds,
                    unsigned sigma);

#endif
