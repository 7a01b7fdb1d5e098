// SPDX-License-Identifier: MIT
// Features and models: the tables agree with themselves, and each feature gates what needs it.
//   feature_test tables|gates
#include "a64/model.h"
#include "a64/translate.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_PER_ROW = 20 };
static unsigned failures;

#define FAIL(...)                    \
    do {                             \
        printf("FAIL " __VA_ARGS__); \
        failures++;                  \
    } while (0)

static const struct {
    const char *name;
    unsigned word, bit, id, lsb, value;
} rows[] = {
#define A64_FEATURE(name, word, bit, id, lsb, value, what) \
    {#name, word, bit, A64_ID_##id, lsb, value},
#include "a64/feature.def"
#undef A64_FEATURE
};

static const struct {
    enum a64_feature feature, needed;
} requirements[] = {
#define A64_FEATURE(...)
#define A64_REQUIRES(id, needed) {FEAT_##id, FEAT_##needed},
#include "a64/feature.def"
#undef A64_FEATURE
};

static const struct a64_model *find_model(const char *name)
{
    for (unsigned i = 0; i < a64_model_count; i++)
        if (!strcmp(a64_models[i].name, name))
            return &a64_models[i];
    FAIL("there is no model %s\n", name);
    return &a64_models[0];
}

static bool has(a64_features set, unsigned feature)
{
    return set >> feature & 1;
}

static void test_rows(void)
{
    for (unsigned i = 0; i < FEAT_COUNT; i++) {
        if (rows[i].word && !a64_hwcap_name(rows[i].word, rows[i].bit))
            FAIL("the HWCAP bit of %s has no name\n", rows[i].name);
        for (unsigned k = 0; k < i; k++) {
            if (rows[i].word && rows[i].word == rows[k].word && rows[i].bit == rows[k].bit)
                FAIL("%s and %s have the same HWCAP bit\n", rows[i].name, rows[k].name);
            if (rows[i].id && rows[i].id == rows[k].id && rows[i].lsb == rows[k].lsb &&
                rows[i].value == rows[k].value)
                FAIL("%s and %s are the same value of a field\n", rows[i].name, rows[k].name);
        }
        const char *option = a64_feature_option((enum a64_feature)i);
        if (i != FEAT_BASE && i != FEAT_EL1 && !has(a64_find_features(option), i))
            FAIL("option %s does not mean %s\n", option, rows[i].name);
    }
}

// The larger of two values of a field implies the smaller one.
static void test_levels(void)
{
    for (unsigned i = 0; i < FEAT_COUNT; i++) {
        for (unsigned k = 0; k < FEAT_COUNT; k++) {
            if (!rows[i].id || rows[i].id != rows[k].id || rows[i].lsb != rows[k].lsb ||
                rows[i].value <= rows[k].value)
                continue;
            a64_present = find_model("max")->features;
            a64_set_feature((enum a64_feature)k, false);
            if (a64_has((enum a64_feature)i) && k != FEAT_FP && k != FEAT_ASIMD)
                FAIL("%s does not require %s\n", rows[i].name, rows[k].name);
        }
    }
}

static void test_models(void)
{
    for (unsigned i = 0; i < a64_model_count; i++) {
        const struct a64_model *m = &a64_models[i];
        if (find_model(m->name) != m)
            FAIL("two models are called %s\n", m->name);
        for (unsigned k = 0; k < ARRAY_LEN(requirements); k++)
            if (has(m->features, requirements[k].feature) &&
                !has(m->features, requirements[k].needed))
                FAIL("%s has %s but not %s\n", m->name, rows[requirements[k].feature].name,
                     rows[requirements[k].needed].name);
        if (m->dcache_line & (m->dcache_line - 1) || m->zva_block & (m->zva_block - 1) ||
            m->dcache_line < 16 || m->zva_block < 64)
            FAIL("%s has a line or block of an impossible size\n", m->name);
        if (strcmp(m->name, "max") && (m->midr & 0xf0000) != 0xf0000)
            FAIL("%s has an architecture field that is not 15\n", m->name);
    }
    if (a64_model != find_model("max") || a64_present != a64_model->features)
        FAIL("what is there before anything is chosen is not max\n");
}

static void test_choice(void)
{
    static const struct {
        const char *text, *wrong; // NULL: right
    } cases[] = {
        {"max", NULL},
        {"cortex-a53,crypto=off", NULL},
        {"cortex-a53,lse=on,atomics=off", NULL},
        {"max,sve=off", NULL},
        {"max,sve=on", "not implemented"},
        {"cortex-a5", "nearest names are cortex-a35, cortex-a53 or cortex-a55"},
        {"max,lses=off", "nearest names are lse"},
        {"max,", "neither"},
        {"max,lse", "neither"},
        {"max,lse=yes", "neither"},
        {"max,base=off", "unknown feature"},
        {"max,aes=off,pmull=on", "contradict"},
        {"max,pmull=on,aes=off", NULL},
        {"max,sha512=on,sha256=off", "contradict"},
        {"max,aes=off,aes=on,pmull=on", NULL},
        {"", "unknown processor ''"},
    };
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        const char *wrong = a64_choose(cases[i].text);
        if (!wrong != !cases[i].wrong || (wrong && !strstr(wrong, cases[i].wrong)))
            FAIL("-cpu %s: says '%s'\n", cases[i].text, wrong ? wrong : "");
    }
    a64_choose("max,aes=off");
    if (a64_has(FEAT_AES) || a64_has(FEAT_PMULL) || !a64_has(FEAT_SHA1))
        FAIL("aes=off does not take pmull with it, or takes more\n");
    a64_choose("cortex-a53,crypto=off");
    if (a64_present != find_model("raspberrypi3")->features)
        FAIL("crypto=off is not what a Raspberry Pi 3 lacks\n");
    a64_choose("raspberrypi4,pmull=on");
    if (!a64_has(FEAT_AES) || a64_has(FEAT_SHA1))
        FAIL("pmull=on does not bring aes, or brings more\n");
    a64_choose("max,fp=off");
    if (a64_has(FEAT_ASIMD) || a64_has(FEAT_FHM) || a64_has(FEAT_JSCVT) ||
        (a64_id_value(A64_ID_PFR0) & 0xff0000) != 0xff0000)
        FAIL("fp=off leaves something of it\n");
    a64_choose("cortex-a53");
    if (a64_hwcap(1) != 0x8ff || a64_hwcap(2) || a64_id_value(A64_ID_ISAR0) != 0x11120 ||
        a64_id_value(A64_ID_PFR0) != 0x11 || a64_ctr() != 0x9444c00a || a64_dczid() != 4)
        FAIL("cortex-a53 has other registers than a Cortex-A53\n");
    a64_choose("a64fx");
    if (a64_ctr() != 0x9666c00a || a64_dczid() != 6)
        FAIL("a64fx has other lines than an A64FX\n");
}

// Whether the word is undefined with nothing half done.
static bool is_undefined(uint32_t word)
{
    struct ir_inst storage[512];
    struct a64_tr t;
    a64_translate_block(&t, storage, ARRAY_LEN(storage),
                        &(struct a64_code){0x400000, &word, 1, 0, false, false, NULL});
    for (unsigned i = 2; i + 1 < t.ir.count; i++)
        if (ir_is_set(t.ir.inst[i].op) || ir_op_info[t.ir.inst[i].op].flags & (IR_MEM | IR_EXIT))
            return false;
    const struct ir_inst *last = &t.ir.inst[t.ir.count - 1];
    return last->op == IR_exit && last->c == IR_EXIT_UNDEF;
}

static unsigned gated;

static void expect_gate(uint32_t word, enum a64_feature feature)
{
    char text[128];
    a64_present = find_model("max")->features;
    if (a64_missing(word) != FEAT_BASE)
        FAIL("%08" PRIx32 ": max lacks it\n", word);
    a64_set_feature(feature, false);
    if (a64_missing(word) == FEAT_BASE || !is_undefined(word))
        FAIL("%08" PRIx32 " %s is there without %s\n", word,
             a64_disassemble(word, 0, text, sizeof text), rows[feature].name);
    gated++;
}

static void test_row_gates(void)
{
    uint64_t seed = 1;
    for (unsigned row = 0; row < a64_row_count; row++) {
        enum a64_feature feature = a64_rows[row]->feature;
        for (unsigned i = 0; i < WORDS_PER_ROW && feature != FEAT_BASE; i++) {
            uint32_t word = row_random_word(row, &seed);
            expect_gate(word, feature);
            if (feature == FEAT_FP || feature == FEAT_ASIMD || (word >> 26 & 3) == 3)
                expect_gate(word, FEAT_FP);
        }
    }
}

// What the rows do not say: registers and sizes.
static void test_other_gates(void)
{
    static const struct {
        uint32_t word;
        enum a64_feature feature;
    } cases[] = {
        {0xd53b2400, FEAT_RNG},              // mrs x0, rndr
        {0xd53b2420, FEAT_RNG},              // mrs x0, rndrrs
        {0xd53b42a0, FEAT_DIT},              // mrs x0, dit
        {0xd51b42a0, FEAT_DIT},              // msr dit, x0
        {0xd53b42c0, FEAT_SSBS2},            // mrs x0, ssbs
        {0xd51b42c0, FEAT_SSBS2},            // msr ssbs, x0
        {0xd53b4400, FEAT_FP},               // mrs x0, fpcr
        {0xd51b4420, FEAT_FP},               // msr fpsr, x0
        {0xd53be0c0, FEAT_ECV},              // mrs x0, cntvctss_el0
        {0xd5380000, FEAT_ID_REGS},          // mrs x0, midr_el1
        {0xd5380600, FEAT_ID_REGS},          // mrs x0, id_aa64isar0_el1
        {0xd5380760, FEAT_ID_REGS},          // mrs x0, s3_0_c0_c7_3, which has no name here
        {0x2e42e420, FEAT_FP16_SIMD},        // fcadd v0.4h, v1.4h, v2.4h, #90
        {0x2e42c420, FEAT_FP16_SIMD},        // fcmla v0.4h, v1.4h, v2.4h, #0
        {0x2f421020, FEAT_FP16_SIMD},        // fcmla v0.4h, v1.4h, v2.h[0], #0
        {0x0d418400 | 1 << 16, FEAT_LRCPC3}, // ldap1 {v0.d}[0], [x0]
    };
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++)
        expect_gate(cases[i].word, cases[i].feature);
    a64_present = find_model("max")->features;
    a64_set_feature(FEAT_FP16, false);
    if (is_undefined(0x6e82e420) || a64_fpcr_bits() & FPCR_FZ16)
        FAIL("without half precision: fcadd of singles is gone, or FPCR.FZ16 is there\n");
    a64_present = A64_F(BASE);
    for (uint32_t i = 0; i < 128; i++)
        if (is_undefined(0xd503201f | i << 5))
            FAIL("hint #%" PRIu32 " is undefined\n", i);
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "tables")) {
        test_models();
        test_rows();
        test_levels();
        test_choice();
        printf("%u features, %u models\n", (unsigned)FEAT_COUNT, a64_model_count);
    } else if (argc == 2 && !strcmp(argv[1], "gates")) {
        test_row_gates();
        test_other_gates();
        printf("%u words\n", gated);
    } else {
        fprintf(stderr, "usage: feature_test tables|gates\n");
        return 2;
    }
    printf("%u failures\n", failures);
    return failures != 0;
}
