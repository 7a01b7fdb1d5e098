// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// libs: m
#define _GNU_SOURCE
#define REAL        double
#define REAL_FORMAT "a"
#define FN(name)    name
#include <math.h>

static const REAL values[] = {0.0,
                              -0.0,
                              1.0,
                              -1.0,
                              0.5,
                              -0.5,
                              2.0,
                              3.0,
                              -2.5,
                              0.1,
                              1e-10,
                              1e-300,
                              5e-324,
                              1e10,
                              123456.789,
                              1e300,
                              -745.5,
                              709.9,
                              3.14159265358979312,
                              1.5707963267948966,
                              1e22,
                              INFINITY,
                              -INFINITY,
                              NAN};

#include "math_table.h"
