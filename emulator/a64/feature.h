// SPDX-License-Identifier: MIT
// What the emulated processor has: the HWCAP words and ID registers a program sees, from
// a64/feature.def.
#ifndef EMU_A64_FEATURE_H
#define EMU_A64_FEATURE_H

#include "a64/insn.h"

// AT_HWCAP (word 1) or AT_HWCAP2 (word 2).
uint64_t a64_hwcap(unsigned word);

// ID registers that have fields in feature.def.
enum a64_id {
    A64_ID_NONE,
    A64_ID_PFR0,
    A64_ID_PFR1,
    A64_ID_PFR2,
    A64_ID_FPFR0,
    A64_ID_ISAR0,
    A64_ID_ISAR1,
    A64_ID_ISAR2,
    A64_ID_ISAR3,
    A64_ID_MMFR1,
    A64_ID_MMFR2
};
uint64_t a64_id_value(enum a64_id id);

// The bits of FPCR that exist; the others read as zero.
uint32_t a64_fpcr_bits(void);

// CTR_EL0: 64-byte data lines; instruction lines of 4 KiB, so that programs which write code say so
// once a page.
enum { A64_ICACHE_LINE = 4096, A64_DCACHE_LINE = 64, A64_ZVA_BYTES = 64 };
#define A64_CTR (UINT64_C(1) << 31 | 1 << 28 | 4 << 24 | 4 << 20 | 4 << 16 | 3 << 14 | 10)
#define A64_MIDR \
    UINT64_C(0x000f0510) // implementer 0: software; as a Linux kernel shows it to user programs
#define A64_CNTFRQ UINT64_C(1000000000)

#endif
