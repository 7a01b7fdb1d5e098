// SPDX-License-Identifier: MIT
// Pointer authentication: QARMA-64 against its published test vectors, and what each level of the
// architecture does with good and bad codes, for every algorithm.
#include "ir/pac.h"

#include <inttypes.h>
#include <stdio.h>

static unsigned failures;

static void same(const char *what, uint64_t got, uint64_t want)
{
    if (got == want)
        return;
    printf("FAIL %s is %#" PRIx64 ", expected %#" PRIx64 "\n", what, got, want);
    failures++;
}

// R. Avanzi, "The QARMA Block Cipher Family", test vectors of QARMA-64 with 5 rounds.
static void published(void)
{
    const struct ir_pac_key key = {0x84be85ce9804e94b, 0xec2802d4e0a488e9};
    const uint64_t text = 0xfb623599da6e8127, tweak = 0x477d469dec0b8762;
    same("QARMA5, sigma 1", ir_qarma64(text, tweak, &key, 4, 1), 0x544b0ab95bda7c3a);
    same("QARMA5, sigma 2", ir_qarma64(text, tweak, &key, 4, 2), 0xc003b93999b33765);
    same("the code by QARMA5", ir_pac_compute(IR_PAC_QARMA5, &key, text, tweak),
         0xc003b93999b33765);
    same("the code by QARMA3", ir_pac_compute(IR_PAC_QARMA3, &key, text, tweak),
         ir_qarma64(text, tweak, &key, 2, 1));
}

static struct ir_pac pac;

static uint64_t random_value(void)
{
    static uint64_t seed = 88172645463325252;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static uint64_t field_of(uint64_t pointer)
{
    return pointer >> 55 & 1 ? 0xff7f000000000000 : 0x007f000000000000;
}

static uint64_t plain_pointer(void)
{
    uint64_t p = random_value();
    return p >> 55 & 1 ? p | 0xff7f000000000000 : p & ~UINT64_C(0x007f000000000000);
}

// Of random values, each bit of the code must depend on each bit of pointer, modifier and key.
static void spreads(enum ir_pac_algorithm algorithm)
{
    for (unsigned i = 0; i < 256; i++) {
        uint64_t seen = 0;
        for (unsigned n = 0; n < 200; n++) {
            struct ir_pac_key k = {random_value(), random_value()}, l = k;
            uint64_t v = random_value(), m = random_value(), w = v, o = m;
            *(uint64_t *[]){&w, &o, &l.high, &l.low}[i / 64] ^= UINT64_C(1) << i % 64;
            seen |= ir_pac_compute(algorithm, &k, v, m) ^ ir_pac_compute(algorithm, &l, w, o);
        }
        same("what one bit of the input changes", seen, UINT64_MAX);
    }
}

static void good_codes(unsigned how)
{
    uint64_t p = plain_pointer(), m = random_value(), r;
    uint64_t s = ir_pac_add(&pac, p, m, how);
    same("outside the field", (s ^ p) & ~field_of(p), 0);
    same("stripped", ir_pac_strip(s), p);
    same("authenticated", ir_pac_auth(&pac, s, m, how, &r), 1);
    same("authenticated pointer", r, p);
}

static void bad_codes(enum ir_pac_algorithm algorithm, enum ir_pac_level level, unsigned key,
                      unsigned combined)
{
    unsigned how = IR_PAC(key, combined, algorithm, level);
    uint64_t p = plain_pointer(), m = random_value(), r;
    uint64_t bit = (field_of(p) & -field_of(p)) << random_value() % 7;
    uint64_t s = ir_pac_add(&pac, p, m, how) ^ bit;
    bool faults = level == IR_PAC_FPACCOMBINE || (level == IR_PAC_FPAC && !combined);
    same("a wrong code passes", ir_pac_auth(&pac, s, m, how, &r), !faults);
    if (faults)
        return;
    uint64_t error = key & 1 ? 2 : 1;
    unsigned low = p >> 55 & 1 ? 61 : 53;
    same("pointer with a wrong code", r,
         level >= IR_PAC_PAUTH2 ? p ^ bit : (p & ~(UINT64_C(3) << low)) | error << low);
}

// Signing what is not a plain pointer.
static void bad_pointers(enum ir_pac_algorithm algorithm, enum ir_pac_level level)
{
    unsigned how = IR_PAC(IR_PAC_DA, 0, algorithm, level);
    uint64_t p = plain_pointer(), m = random_value(), field = field_of(p);
    uint64_t bad = p ^ UINT64_C(5) << 49;
    uint64_t good = ir_pac_add(&pac, p, m, how), s = ir_pac_add(&pac, bad, m, how);
    uint64_t pac_bits = level >= IR_PAC_PAUTH2 ? (good ^ p) & field : good & field;
    if (level >= IR_PAC_PAUTH2)
        same("code added to the pointer's bits", s, bad ^ pac_bits);
    else if (level == IR_PAC_EPAC)
        same("no code", s, p & ~field);
    else
        same("a code that is wrong in one bit", s,
             (p & ~field) | (pac_bits ^ UINT64_C(1) << (p >> 55 & 1 ? 62 : 54)));
}

int main(void)
{
    published();
    for (unsigned k = 0; k < IR_PAC_KEYS; k++)
        pac.key[k] = (struct ir_pac_key){random_value(), random_value()};
    for (unsigned algorithm = 0; algorithm < IR_PAC_ALGORITHMS; algorithm++) {
        spreads(algorithm);
        for (unsigned i = 0; i < 5 * 2 * 4 * 100; i++) {
            unsigned level = 1 + i % 5, combined = i / 5 % 2, key = i / 10 % 4;
            pac.enabled = UINT64_C(1) << key;
            good_codes(IR_PAC(key, combined, algorithm, level));
            bad_codes(algorithm, level, key, combined);
            pac.enabled = 1 << IR_PAC_DA;
            bad_pointers(algorithm, level);
            pac.enabled = 15 & ~(UINT64_C(1) << key);
            same("without the key", ir_pac_add(&pac, i, 1, IR_PAC(key, 0, algorithm, level)), i);
        }
        uint64_t g = ir_pac_generic(&pac, 1, 2, IR_PAC(0, 0, algorithm, 5));
        same("generic code", g,
             ir_pac_compute(algorithm, &pac.key[IR_PAC_GA], 1, 2) & UINT64_C(0xffffffff00000000));
    }
    printf("%u failures\n", failures);
    return failures != 0;
}
