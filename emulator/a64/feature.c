// SPDX-License-Identifier: MIT
#include "a64/feature.h"

static const struct {
    uint8_t word, bit, id, lsb, value;
} features[] = {
#define A64_FEATURE(name, word, bit, id, lsb, value, what) {word, bit, A64_ID_##id, lsb, value},
#include "a64/feature.def"
#undef A64_FEATURE
};

static bool off[FEAT_COUNT] = {[FEAT_PACQARMA5] = true, [FEAT_PACQARMA3] = true};

bool a64_has(enum a64_feature feature)
{
    return !off[feature];
}

void a64_set_feature(enum a64_feature feature, bool on)
{
    off[feature] = !on;
}

uint64_t a64_hwcap(unsigned word)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < ARRAY_LEN(features); i++)
        if (features[i].word == word && !off[i])
            bits |= UINT64_C(1) << features[i].bit;
    return bits;
}

static uint64_t by_rows(enum a64_id id)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < ARRAY_LEN(features); i++) {
        unsigned lsb = features[i].lsb;
        if (features[i].id == id && !off[i] && (v >> lsb & 15) < features[i].value)
            v = (v & ~(UINT64_C(15) << lsb)) | (uint64_t)features[i].value << lsb;
    }
    return v;
}

// The level of address authentication and whether there is generic authentication stand, by the
// rows, in ISAR1's API and GPI. That is where an algorithm of the implementation's own has them;
// QARMA5 has them in APA and GPA, QARMA3 in ISAR2's APA3 and GPA3.
enum { API = 8, GPI = 28, APA = 4, GPA = 24, APA3 = 12, GPA3 = 8 };

uint64_t a64_id_value(enum a64_id id)
{
    uint64_t v = by_rows(id), isar1 = by_rows(A64_ID_ISAR1);
    uint64_t address = isar1 >> API & 15, generic = isar1 >> GPI & 15;
    if (off[FEAT_PACQARMA5] && off[FEAT_PACQARMA3])
        return v;
    if (id == A64_ID_ISAR1) {
        v &= ~(UINT64_C(15) << API | UINT64_C(15) << GPI);
        if (!off[FEAT_PACQARMA5])
            v |= address << APA | generic << GPA;
    } else if (id == A64_ID_ISAR2 && off[FEAT_PACQARMA5]) {
        v |= address << APA3 | generic << GPA3;
    }
    return v;
}
