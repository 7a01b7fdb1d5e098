// SPDX-License-Identifier: MIT
#include "x64/host.h"

#include <cpuid.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { EAX, EBX, ECX, EDX };

static const struct {
    const char *name;
    bool needed;
    uint8_t reg, bit;
    uint32_t leaf;
} rows[X64_FEATURES] = {
#define X64_FEATURE(id, needed, leaf, reg, bit) {#id, needed, reg, bit, leaf},
#include "x64/host.def"
#undef X64_FEATURE
};

// AVX registers exist for a program only if the system saves them.
static bool system_saves_avx(const unsigned leaf_1[4])
{
    unsigned lo, hi;
    if (!(leaf_1[ECX] & bit_OSXSAVE))
        return false;
    __asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return (lo & 6) == 6;
}

// Rows of one leaf stand together, leaf 1 first: under a hypervisor CPUID takes microseconds. Every
// processor of 64 bits has leaf 0x80000001.
static uint32_t ask(void)
{
    uint32_t has = 0, leaf = 0;
    unsigned r[4] = {0};
    if (__get_cpuid_max(0, NULL) < 7) // below what is needed
        return 0;
    for (unsigned i = 0; i < X64_FEATURES; i++) {
        if (rows[i].leaf != leaf) {
            leaf = rows[i].leaf;
            __cpuid_count(leaf, 0, r[EAX], r[EBX], r[ECX], r[EDX]);
            if (leaf == 1 && !system_saves_avx(r))
                return 0;
        }
        if (r[rows[i].reg] >> rows[i].bit & 1)
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
    return features() >> f & 1;
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
