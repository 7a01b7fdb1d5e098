// SPDX-License-Identifier: MIT
/*
 * What every benchmark program starts with. The first argument, if any, is a percentage: 100 is the
 * amount of work a program does by itself. A program prints one checksum, the same on every machine.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static inline unsigned bench_rounds(int argc, char **argv, unsigned rounds)
{
    unsigned scaled = argc > 1 ? (unsigned)(rounds * atof(argv[1]) / 100) : rounds;
    return scaled ? scaled : 1;
}

static inline uint32_t bench_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static inline uint64_t bench_mix(uint64_t sum, uint64_t value)
{
    sum = (sum ^ value) * 0x9e3779b97f4a7c15;
    return sum ^ sum >> 29;
}

/* For floating-point results: all bits count. */
static inline uint64_t bench_mix_double(uint64_t sum, double value)
{
    union {
        double d;
        uint64_t u;
    } bits = {value};
    return bench_mix(sum, bits.u);
}

static inline int bench_done(uint64_t sum)
{
    printf("%016llx\n", (unsigned long long)sum);
    return 0;
}

#endif
