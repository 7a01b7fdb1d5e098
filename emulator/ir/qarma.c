// SPDX-License-Identifier: MIT
// QARMA-64. A state is 16 cells of 4 bits, cell 0 the lowest; rows of four cells are 16 bits apart.
#include "base/bits.h"
#include "ir/pac.h"

enum { MOST_ROUNDS = 4 };

// Where each cell comes from.
static const uint8_t shuffle[16] = {13, 6, 11, 0, 7, 12, 1, 10, 8, 3, 14, 5, 2, 9, 4, 15};
static const uint8_t shuffle_back[16] = {3, 6, 12, 9, 14, 11, 1, 4, 8, 13, 7, 2, 5, 0, 10, 15};
static const uint8_t tweak_shuffle[16] = {4, 5, 6, 7, 11, 2, 3, 8, 12, 13, 14, 15, 0, 1, 10, 9};
enum { TWEAK_ROTATED = 0xd894 }; // the cells of the new tweak that the shift register has stepped

static const uint8_t sigma1[16] = {10, 13, 14, 6, 15, 7, 3, 5, 9, 8, 0, 12, 11, 1, 2, 4};
static const uint8_t sigma2[16] = {11, 6, 8, 15, 12, 0, 9, 14, 3, 7, 4, 5, 13, 2, 1, 10};
static const uint8_t sigma2_back[16] = {5, 14, 13, 8, 10, 11, 1, 9, 2, 6, 15, 0, 4, 12, 7, 3};

static const uint64_t round_constant[MOST_ROUNDS + 1] = {
    0,
    UINT64_C(0x13198a2e03707344),
    UINT64_C(0xa4093822299f31d0),
    UINT64_C(0x082efa98ec4e6c89),
    UINT64_C(0x452821e638d01377),
};
static const uint64_t alpha = UINT64_C(0xc0ac29b7c97c50dd);

static uint64_t cell(uint64_t state, unsigned i)
{
    return state >> 4 * i & 15;
}

static uint64_t permute(uint64_t state, const uint8_t from[16])
{
    uint64_t r = 0;
    for (unsigned i = 0; i < 16; i++)
        r |= cell(state, from[i]) << 4 * i;
    return r;
}

static uint64_t substitute(uint64_t state, const uint8_t box[16])
{
    uint64_t r = 0;
    for (unsigned i = 0; i < 16; i++)
        r |= (uint64_t)box[cell(state, i)] << 4 * i;
    return r;
}

// Each row becomes the sum of the three others, rotated within their cells by 1, 2 and 1.
static uint64_t mix(uint64_t s)
{
    const uint64_t low1 = UINT64_C(0x1111111111111111), low2 = 3 * low1;
    uint64_t by1 = (s & ~(low1 << 3)) << 1 | (s >> 3 & low1);
    uint64_t by2 = (s & low2) << 2 | (s >> 2 & low2);
    return bits_ror(by1, 16, 64) ^ bits_ror(by2, 32, 64) ^ bits_ror(by1, 48, 64);
}

static uint64_t next_tweak(uint64_t tweak)
{
    uint64_t r = 0;
    for (unsigned i = 0; i < 16; i++) {
        uint64_t c = cell(tweak, tweak_shuffle[i]);
        if (TWEAK_ROTATED >> i & 1)
            c = c >> 1 | ((c ^ c >> 1) & 1) << 3;
        r |= c << 4 * i;
    }
    return r;
}

uint64_t ir_qarma64(uint64_t text, uint64_t tweak, const struct ir_pac_key *key, unsigned rounds,
                    unsigned sigma)
{
    const uint8_t *box = sigma == 1 ? sigma1 : sigma2;
    const uint8_t *back = sigma == 1 ? sigma1 : sigma2_back; // sigma1 is its own inverse
    uint64_t whitening = bits_ror(key->high, 1, 64) ^ key->high >> 63;
    uint64_t tweaks[MOST_ROUNDS + 2] = {tweak}, s = text ^ key->high;
    for (unsigned i = 0; i <= rounds; i++) {
        s ^= key->low ^ tweaks[i] ^ round_constant[i];
        if (i > 0)
            s = mix(permute(s, shuffle));
        s = substitute(s, box);
        tweaks[i + 1] = next_tweak(tweaks[i]);
    }
    s = mix(permute(s ^ whitening ^ tweaks[rounds + 1], shuffle));
    s = substitute(s, box);
    s = mix(permute(s, shuffle)) ^ key->low;
    s = permute(s, shuffle_back);
    s = substitute(s, back);
    s = permute(mix(s), shuffle_back) ^ key->high ^ tweaks[rounds + 1];
    for (unsigned i = rounds + 1; i-- > 0;) {
        s = substitute(s, back);
        if (i > 0)
            s = permute(mix(s), shuffle_back);
        s ^= key->low ^ tweaks[i] ^ round_constant[i] ^ alpha;
    }
    return s ^ whitening;
}
