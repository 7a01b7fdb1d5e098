// SPDX-License-Identifier: MIT
#include "x64/host.h"

#include <cpuid.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { EAX, EBX, ECX, EDX };
enum { NONE, YMM = 0x06, ZMM = 0xe6 }; // XCR0: xmm and ymm; masks, the rest of zmm0-15, zmm16-31
#define BIT(n) (1u << (n))

static const struct {
    const char *name;
    bool needed;
    uint8_t state, reg;
    uint32_t bits, leaf;
} rows[X64_FEATURES] = {
#define X64_FEATURE(id, needed, state, leaf, reg, bits) {#id, needed, state, reg, bits, leaf},
#include "x64/host.def"
#undef X64_FEATURE
};

// Which registers the system saves: others do not exist for a program.
static uint32_t saved_state(const unsigned leaf_1[4])
{
    unsigned lo, hi;
    if (!(leaf_1[ECX] & bit_OSXSAVE))
        return 0;
    __asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return lo;
}

// Rows of one leaf stand together, leaf 1 first: under a hypervisor CPUID takes microseconds. Every
// processor of 64 bits has leaf 0x80000001.
static uint32_t ask(void)
{
    uint32_t has = 0, leaf = 0, saved = 0;
    unsigned r[4] = {0};
    if (__get_cpuid_max(0, NULL) < 7) // below what is needed
        return 0;
    for (unsigned i = 0; i < X64_FEATURES; i++) {
        if (rows[i].leaf != leaf) {
            leaf = rows[i].leaf;
            __cpuid_count(leaf, 0, r[EAX], r[EBX], r[ECX], r[EDX]);
            if (leaf == 1)
                saved = saved_state(r);
        }
        if (!(rows[i].bits & ~r[rows[i].reg]) && !(rows[i].state & ~saved))
            has |= 1u << i;
    }
    return has;
}

static uint32_t has;
static bool asked;

static uint32_t features(void)
{
    if (!asked)
        has = ask();
    asked = true;
    return has;
}

bool x64_host_has(enum x64_feature f)
{
    uint32_t all = 1u << f | (rows[f].state == ZMM ? 1u << X64_HAS_AVX512 : 0);
    return !(all & ~features());
}

const char *x64_host_lacks(void)
{
    for (unsigned i = 0; i < X64_FEATURES; i++)
        if (rows[i].needed && !x64_host_has((enum x64_feature)i))
            return rows[i].name;
    return NULL;
}

void x64_host_assume(uint32_t set)
{
    has = set;
    asked = true;
}

// The features that the first n characters of `name` name, a bit each; 0: none.
static uint32_t named(const char *name, size_t n)
{
    uint32_t optional = 0;
    for (unsigned i = 0; i < X64_FEATURES; i++) {
        if (strlen(rows[i].name) == n && !strncmp(rows[i].name, name, n))
            return 1u << i;
        optional |= (uint32_t)!rows[i].needed << i;
    }
    return n == 8 && !strncmp(name, "optional", n) ? optional : 0;
}

const char *x64_host_without(const char *list)
{
    static char names[16 * X64_FEATURES] = "optional";
    for (size_t n; *list; list += n + (list[n] == ',')) {
        n = strcspn(list, ",");
        uint32_t set = named(list, n);
        if (!set)
            break;
        x64_host_assume(features() & ~set);
    }
    if (!*list)
        return NULL;
    for (unsigned i = 0; i < X64_FEATURES; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), " %s", rows[i].name);
    return names;
}

// The frame is the standard form of XSAVE (Intel SDM volume 1, chapter 13): component 2 are the
// high halves of the first 16 registers, 7 those from 16 up, where CPUID says.
static const char *component(const void *fpregs, unsigned number)
{
    enum { SOFTWARE = 464, XFEATURES = 512, MAGIC = 0x46505853, COMPONENTS = 8 };
    static uint32_t offset[COMPONENTS]; // asked once; whoever comes at the same time finds the same
    const struct {
        uint32_t magic, size;
        uint64_t features;
    } *software = (const void *)((const char *)fpregs + SOFTWARE);
    const uint64_t *in_use = (const void *)((const char *)fpregs + XFEATURES);
    if (software->magic != MAGIC || !(software->features & *in_use & BIT(number)))
        return NULL;
    if (!offset[number]) {
        unsigned size, at, ignored;
        __cpuid_count(0xd, number, size, at, ignored, ignored);
        (void)size;
        offset[number] = at;
    }
    return (const char *)fpregs + offset[number];
}

void x64_host_vectors(const void *fpregs, void *xmm, void *high)
{
    enum { HIGH_HALVES = 2, UPPER = 7 };
    const char *halves = component(fpregs, HIGH_HALVES), *upper = component(fpregs, UPPER);
    memcpy(xmm, (const char *)fpregs + 160, 16 * 16);
    memset((char *)xmm + 16 * 16, 0, 16 * 16);
    memset(high, 0, 32 * 16);
    if (halves)
        memcpy(high, halves, 16 * 16);
    for (unsigned i = 0; upper && i < 16; i++) {
        memcpy((char *)xmm + 16 * (16 + i), upper + 64 * i, 16);
        memcpy((char *)high + 16 * (16 + i), upper + 64 * i + 16, 16);
    }
}
