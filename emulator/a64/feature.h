// SPDX-License-Identifier: MIT
// What the emulated processor has: a set of the features of a64/feature.def, chosen before the
// program starts (a64/model.h) and the same ever after. From it follow the HWCAP words and ID
// registers a program sees and which instructions exist. All tests of a feature are made when code
// is translated.
#ifndef EMU_A64_FEATURE_H
#define EMU_A64_FEATURE_H

#include "a64/insn.h"

typedef unsigned __int128 a64_features; // a bit for each enum a64_feature
_Static_assert(FEAT_COUNT <= 128, "a set of features is one number");
#define A64_F(id) ((a64_features)1 << FEAT_##id)

// What the processor has. Before one is chosen: everything of `max`.
extern a64_features a64_present;

static inline bool a64_has(enum a64_feature feature)
{
    return a64_present >> feature & 1;
}

// Switches a feature on with all that it requires, or off with all that requires it.
void a64_set_feature(enum a64_feature feature, bool on);

// "FEAT_LSE"; the name as options spell it ("lse").
const char *a64_feature_name(enum a64_feature feature);
const char *a64_feature_option(enum a64_feature feature);

// The features that an option's name means: a row's name in lower case, the kernel's name of a
// HWCAP bit, or one that compilers use. 0 if there is none.
a64_features a64_find_features(const char *option);

// Calls visit with every name that a64_find_features knows.
void a64_feature_options(void (*visit)(void *context, const char *option), void *context);

// AT_HWCAP (word 1) or AT_HWCAP2 (word 2), and the kernel's name of a bit ("atomics"; NULL: none).
uint64_t a64_hwcap(unsigned word);
const char *a64_hwcap_name(unsigned word, unsigned bit);

// ID registers that have fields in feature.def, as the kernel shows them to programs: the fields it
// hides read as zero, or as what the kernel takes for the least (a64/system.c has those).
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
    A64_ID_MMFR0,
    A64_ID_MMFR1,
    A64_ID_MMFR2
};
uint64_t a64_id_value(enum a64_id id);

// The bits of FPCR that exist; the others read as zero.
uint32_t a64_fpcr_bits(void);

#endif
