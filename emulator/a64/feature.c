// SPDX-License-Identifier: MIT
#include "a64/feature.h"

#include "ir/fp.h"

static const struct {
    uint8_t word, bit, id, lsb, value;
} features[] = {
#define A64_FEATURE(name, word, bit, id, lsb, value, what) {word, bit, A64_ID_##id, lsb, value},
#include "a64/feature.def"
#undef A64_FEATURE
};

uint64_t a64_hwcap(unsigned word)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < ARRAY_LEN(features); i++)
        if (features[i].word == word)
            bits |= UINT64_C(1) << features[i].bit;
    return bits;
}

uint64_t a64_id_value(enum a64_id id)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < ARRAY_LEN(features); i++) {
        unsigned lsb = features[i].lsb;
        if (features[i].id == id && (v >> lsb & 15) < features[i].value)
            v = (v & ~(UINT64_C(15) << lsb)) | (uint64_t)features[i].value << lsb;
    }
    return v;
}

uint32_t a64_fpcr_bits(void)
{
    return FPCR_AHP | FPCR_DN | FPCR_FZ | 3u << FPCR_RMODE_SHIFT | FPCR_FZ16 | FPCR_FIZ | FPCR_AH |
           FPCR_NEP | FPCR_EBF;
}
