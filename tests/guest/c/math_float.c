// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// libs: m
#define _GNU_SOURCE
#define REAL        float
#define REAL_FORMAT "a"
#define FN(name)    name##f
#include <math.h>

static const REAL values[] = {0.0f,        -0.0f,       1.0f,        -1.0f,    0.5f,      -0.5f,
                              2.0f,        3.0f,        -2.5f,       0.1f,     1e-10f,    1e-38f,
                              1e-45f,      1e10f,       123456.789f, 1e30f,    -104.5f,   88.9f,
                              3.14159274f, 1.57079637f, 1e15f,       INFINITY, -INFINITY, NAN};

#include "math_table.h"
