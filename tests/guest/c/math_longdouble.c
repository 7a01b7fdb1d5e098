// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// libs: m
#define _GNU_SOURCE
#define REAL        long double
#define REAL_FORMAT "La"
#define FN(name)    name##l
#include <math.h>

static const REAL values[] = {0.0L,
                              -0.0L,
                              1.0L,
                              -1.0L,
                              0.5L,
                              -0.5L,
                              2.0L,
                              3.0L,
                              -2.5L,
                              0.1L,
                              1e-10L,
                              1e-4000L,
                              6.5e-4966L,
                              1e10L,
                              123456.789L,
                              1e4000L,
                              -11400.5L,
                              11356.6L,
                              3.14159265358979323846264338327950288L,
                              1e22L,
                              INFINITY,
                              -INFINITY,
                              NAN};

#include "math_table.h"
