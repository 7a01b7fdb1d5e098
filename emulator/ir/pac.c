// SPDX-License-Identifier: MIT
// The codes of pointers: how they are computed, where they stand, and what becomes of wrong ones
// (Arm ARM ComputePAC, AddPAC, Auth, Strip).
#include "ir/pac.h"

#define BIT_55      (UINT64_C(1) << 55)
#define FIELD_LOWER (UINT64_C(0x7f) << 48)
#define FIELD_UPPER (FIELD_LOWER | UINT64_C(0xff) << 56)

// Two multiplications of twice the width, folded: every bit of the inputs reaches every bit of the
// code, and costs a processor little.
static uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 p = (unsigned __int128)a * b;
    return (uint64_t)(p >> 64) ^ (uint64_t)p;
}

static uint64_t own_algorithm(const struct ir_pac_key *key, uint64_t value, uint64_t modifier)
{
    uint64_t h = fold(value ^ key->high, modifier ^ key->low);
    return fold(h ^ key->high, UINT64_C(0x9e3779b97f4a7c15)) ^ h;
}

uint64_t ir_pac_compute(enum ir_pac_algorithm algorithm, const struct ir_pac_key *key,
                        uint64_t value, uint64_t modifier)
{
    switch (algorithm) {
    case IR_PAC_QARMA5: return ir_qarma64(value, modifier, key, 4, 2);
    case IR_PAC_QARMA3: return ir_qarma64(value, modifier, key, 2, 1);
    case IR_PAC_OWN:
    case IR_PAC_ALGORITHMS: break;
    }
    return own_algorithm(key, value, modifier);
}

static enum ir_pac_level level_of(unsigned how)
{
    return (enum ir_pac_level)(how >> 5);
}

static enum ir_pac_algorithm algorithm_of(unsigned how)
{
    return (enum ir_pac_algorithm)(how >> 3 & 3);
}

bool ir_pac_fits(uint64_t how)
{
    return how >> 5 >= IR_PAC_BASE && how >> 5 <= IR_PAC_FPACCOMBINE &&
           (how >> 3 & 3) < IR_PAC_ALGORITHMS;
}

static uint64_t field_of(uint64_t pointer)
{
    return pointer & BIT_55 ? FIELD_UPPER : FIELD_LOWER;
}

uint64_t ir_pac_strip(uint64_t pointer)
{
    return pointer & BIT_55 ? pointer | FIELD_UPPER : pointer & ~FIELD_LOWER;
}

static uint64_t code(const struct ir_pac *p, uint64_t pointer, uint64_t modifier, unsigned how)
{
    return ir_pac_compute(algorithm_of(how), &p->key[ir_pac_key(how)], ir_pac_strip(pointer),
                          modifier);
}

static bool is_enabled(const struct ir_pac *p, unsigned how)
{
    return p->enabled >> ir_pac_key(how) & 1;
}

uint64_t ir_pac_add(const struct ir_pac *p, uint64_t pointer, uint64_t modifier, unsigned how)
{
    if (!is_enabled(p, how))
        return pointer;
    uint64_t field = field_of(pointer), bad = pointer & field;
    uint64_t pac = code(p, pointer, modifier, how);
    if (bad && bad != field) { // not a plain address: its code must not authenticate
        if (level_of(how) == IR_PAC_EPAC)
            pac = 0;
        else if (level_of(how) == IR_PAC_BASE)
            pac ^= UINT64_C(1) << (pointer & BIT_55 ? 62 : 54);
    }
    if (level_of(how) >= IR_PAC_PAUTH2)
        return pointer ^ (pac & field);
    return (pointer & ~field) | (pac & field);
}

bool ir_pac_auth(const struct ir_pac *p, uint64_t pointer, uint64_t modifier, unsigned how,
                 uint64_t *result)
{
    *result = pointer;
    if (!is_enabled(p, how))
        return true;
    uint64_t field = field_of(pointer), plain = ir_pac_strip(pointer);
    uint64_t pac = code(p, pointer, modifier, how);
    bool good = ((plain ^ pac) & field) == (pointer & field);
    if (level_of(how) >= IR_PAC_PAUTH2) {
        *result = pointer ^ (pac & field);
        bool combined = how >> 2 & 1;
        return good || level_of(how) < (combined ? IR_PAC_FPACCOMBINE : IR_PAC_FPAC);
    }
    if (((pac ^ pointer) & field) == 0) {
        *result = plain;
    } else {
        unsigned low = pointer & BIT_55 ? 61 : 53;
        uint64_t error = ir_pac_key(how) & 1 ? 2 : 1;
        *result = (plain & ~(UINT64_C(3) << low)) | error << low;
    }
    return true;
}

uint64_t ir_pac_generic(const struct ir_pac *p, uint64_t value, uint64_t modifier, unsigned how)
{
    return ir_pac_compute(algorithm_of(how), &p->key[IR_PAC_GA], value, modifier) >> 32 << 32;
}
