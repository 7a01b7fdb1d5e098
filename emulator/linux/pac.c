// SPDX-License-Identifier: MIT
#include "linux/pac.h"

#include "a64/feature.h"

#include <errno.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>

#define ADDRESS_KEYS (uint64_t)(PR_PAC_APIAKEY | PR_PAC_APIBKEY | PR_PAC_APDAKEY | PR_PAC_APDBKEY)
_Static_assert(PR_PAC_APIAKEY == 1 << IR_PAC_IA && PR_PAC_APGAKEY == 1 << IR_PAC_GA, "same order");

static void new_keys(struct ir_pac *pac, uint64_t which)
{
    struct ir_pac_key random[IR_PAC_KEYS];
    if (getrandom(random, sizeof random, GRND_NONBLOCK) != sizeof random)
        for (unsigned i = 0; i < IR_PAC_KEYS; i++) // early after the host's start: its next best
            memcpy(&random[i], (const void *)getauxval(AT_RANDOM), sizeof random[i]);
    for (unsigned i = 0; i < IR_PAC_KEYS; i++)
        if (which >> i & 1)
            pac->key[i] = random[i];
}

void pac_start(struct ir_pac *pac)
{
    new_keys(pac, ADDRESS_KEYS | PR_PAC_APGAKEY);
    pac->enabled = ADDRESS_KEYS;
}

int64_t pac_reset_keys(struct ir_pac *pac, uint64_t keys)
{
    uint64_t present = (a64_has(FEAT_PAuth) ? ADDRESS_KEYS : 0) |
                       (a64_has(FEAT_PAuth_GENERIC) ? PR_PAC_APGAKEY : 0);
    if (!present || keys & ~present)
        return -EINVAL;
    new_keys(pac, keys ? keys : present);
    return 0;
}

int64_t pac_set_enabled_keys(struct ir_pac *pac, uint64_t keys, uint64_t enabled)
{
    if (!a64_has(FEAT_PAuth) || keys & ~ADDRESS_KEYS || enabled & ~keys)
        return -EINVAL;
    pac->enabled = (pac->enabled & ~keys) | enabled;
    return 0;
}

int64_t pac_get_enabled_keys(const struct ir_pac *pac)
{
    return a64_has(FEAT_PAuth) ? (int64_t)pac->enabled : -EINVAL;
}
