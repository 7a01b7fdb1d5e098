// SPDX-License-Identifier: MIT
#include "a64/feature.h"

#include "ir/fp.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    uint8_t word, bit, id, lsb, value;
} features[] = {
#define A64_FEATURE(name, word, bit, id, lsb, value, what) \
    {"FEAT_" #name, word, bit, A64_ID_##id, lsb, value},
#include "a64/feature.def"
#undef A64_FEATURE
};

static const struct {
    uint8_t feature, needed;
} requirements[] = {
#define A64_FEATURE(...)
#define A64_REQUIRES(id, needed) {FEAT_##id, FEAT_##needed},
#include "a64/feature.def"
#undef A64_FEATURE
};

// The names of the HWCAP bits as the kernel prints them.
static const char *const hwcap_names[2][64] = {
    {"fp",      "asimd", "evtstrm", "aes",   "pmull",    "sha1",   "sha2", "crc32",
     "atomics", "fphp",  "asimdhp", "cpuid", "asimdrdm", "jscvt",  "fcma", "lrcpc",
     "dcpop",   "sha3",  "sm3",     "sm4",   "asimddp",  "sha512", "sve",  "asimdfhm",
     "dit",     "uscat", "ilrcpc",  "flagm", "ssbs",     "sb",     "paca", "pacg"},
    {"dcpodp",    "sve2",      "sveaes",   "svepmull",  "svebitperm", "svesha3",    "svesm4",
     "flagm2",    "frint",     "svei8mm",  "svef32mm",  "svef64mm",   "svebf16",    "i8mm",
     "bf16",      "dgh",       "rng",      "bti",       "mte",        "ecv",        "afp",
     "rpres",     "mte3",      "sme",      "smei16i64", "smef64f64",  "smei8i32",   "smef16f32",
     "smeb16f32", "smef32f32", "smefa64",  "wfxt",      "ebf16",      "sveebf16",   "cssc",
     "rprfm",     "sve2p1",    "sme2",     "sme2p1",    "smei16i32",  "smebi32i32", "smeb16b16",
     "smef16f16", "mops",      "hbc",      "sveb16b16", "lrcpc3",     "lse128",     "fpmr",
     "lut",       "faminmax",  "f8cvt",    "f8fma",     "f8dp4",      "f8dp2",      "f8e4m3",
     "f8e5m2",    "smelutv2",  "smef8f16", "smef8f32",  "smesf8fma",  "smesf8dp4",  "smesf8dp2",
     "poe"},
};

// Names that compilers have for features; one may mean several, besides the row of that name.
static const struct {
    const char *name;
    uint8_t feature;
} aliases[] = {
    {"simd", FEAT_ASIMD},      {"crc", FEAT_CRC32},      {"rdma", FEAT_RDM},
    {"fp16fml", FEAT_FHM},     {"rcpc", FEAT_LRCPC},     {"rcpc-immo", FEAT_LRCPC2},
    {"rcpc3", FEAT_LRCPC3},    {"ccpp", FEAT_DPB},       {"ccdp", FEAT_DPB2},
    {"fptoint", FEAT_FRINTTS}, {"altnzcv", FEAT_FlagM2}, {"complxnum", FEAT_FCMA},
    {"rand", FEAT_RNG},        {"aes", FEAT_PMULL},      {"sha2", FEAT_SHA1},
    {"sha3", FEAT_SHA512},     {"sm4", FEAT_SM3},        {"crypto", FEAT_AES},
    {"crypto", FEAT_PMULL},    {"crypto", FEAT_SHA1},    {"crypto", FEAT_SHA256},
};

void a64_set_feature(enum a64_feature feature, bool on)
{
    if (a64_has(feature) == on)
        return;
    a64_present ^= (a64_features)1 << feature;
    for (unsigned i = 0; i < ARRAY_LEN(requirements); i++) {
        if (on && requirements[i].feature == feature)
            a64_set_feature(requirements[i].needed, true);
        else if (!on && requirements[i].needed == feature)
            a64_set_feature(requirements[i].feature, false);
    }
}

const char *a64_feature_name(enum a64_feature feature)
{
    return features[feature].name;
}

// What every A64 processor that this emulator knows has.
static bool is_optional(unsigned feature)
{
    return feature != FEAT_BASE && feature != FEAT_EL1;
}

const char *a64_feature_option(enum a64_feature feature)
{
    static char text[32];
    const char *name = features[feature].name + strlen("FEAT_");
    unsigned n = 0;
    for (; name[n] && n + 1 < sizeof text; n++)
        text[n] = (char)(name[n] >= 'A' && name[n] <= 'Z' ? name[n] + 'a' - 'A' : name[n]);
    text[n] = 0;
    return text;
}

static const char *kernel_name(unsigned feature)
{
    unsigned word = features[feature].word;
    return word ? a64_hwcap_name(word, features[feature].bit) : NULL;
}

a64_features a64_find_features(const char *option)
{
    a64_features found = 0;
    for (unsigned i = 0; i < FEAT_COUNT; i++) {
        const char *kernel = kernel_name(i);
        if (is_optional(i) && (!strcmp(option, a64_feature_option((enum a64_feature)i)) ||
                               (kernel && !strcmp(option, kernel))))
            found |= (a64_features)1 << i;
    }
    for (unsigned i = 0; i < ARRAY_LEN(aliases); i++)
        if (!strcmp(option, aliases[i].name))
            found |= (a64_features)1 << aliases[i].feature;
    return found;
}

void a64_feature_options(void (*visit)(void *context, const char *option), void *context)
{
    for (unsigned i = 0; i < FEAT_COUNT; i++) {
        if (!is_optional(i))
            continue;
        visit(context, a64_feature_option((enum a64_feature)i));
        if (kernel_name(i))
            visit(context, kernel_name(i));
    }
    for (unsigned i = 0; i < ARRAY_LEN(aliases); i++)
        visit(context, aliases[i].name);
}

uint64_t a64_hwcap(unsigned word)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < FEAT_COUNT; i++)
        if (features[i].word == word && a64_has((enum a64_feature)i))
            bits |= UINT64_C(1) << features[i].bit;
    return bits;
}

const char *a64_hwcap_name(unsigned word, unsigned bit)
{
    return hwcap_names[word - 1][bit];
}

// Fields in which "not there" is not zero.
enum { PFR0_FP = 16, PFR0_ASIMD = 20, NOT_THERE = 15 };

static uint64_t by_rows(enum a64_id id)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < FEAT_COUNT; i++) {
        unsigned lsb = features[i].lsb;
        if (id == A64_ID_FPFR0 && features[i].id == id && a64_has((enum a64_feature)i)) {
            v |= (uint64_t)features[i].value << lsb; // its fields are single bits
            continue;
        }
        if (features[i].id == id && a64_has((enum a64_feature)i) &&
            (v >> lsb & 15) < features[i].value)
            v = (v & ~(UINT64_C(15) << lsb)) | (uint64_t)features[i].value << lsb;
    }
    if (id == A64_ID_PFR0 && !a64_has(FEAT_FP))
        v |= (uint64_t)NOT_THERE << PFR0_FP | (uint64_t)NOT_THERE << PFR0_ASIMD;
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
    if (!a64_has(FEAT_PACQARMA5) && !a64_has(FEAT_PACQARMA3))
        return v;
    if (id == A64_ID_ISAR1) {
        v &= ~(UINT64_C(15) << API | UINT64_C(15) << GPI);
        if (a64_has(FEAT_PACQARMA5))
            v |= address << APA | generic << GPA;
    } else if (id == A64_ID_ISAR2 && !a64_has(FEAT_PACQARMA5)) {
        v |= address << APA3 | generic << GPA3;
    }
    return v;
}

uint32_t a64_fpcr_bits(void)
{
    uint32_t bits = FPCR_AHP | FPCR_DN | FPCR_FZ | 3u << FPCR_RMODE_SHIFT;
    if (a64_has(FEAT_FP16))
        bits |= FPCR_FZ16;
    if (a64_has(FEAT_AFP))
        bits |= FPCR_FIZ | FPCR_AH | FPCR_NEP;
    if (a64_has(FEAT_EBF16))
        bits |= FPCR_EBF;
    return bits;
}
