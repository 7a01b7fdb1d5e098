// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static
#include <float.h>
#include <math.h>
#include <stdio.h>

static volatile double zero;

int main(void)
{
    const double values[] = {0.0,         -0.0,        1.0,
                             -1.0,        0.1,         0.5,
                             1.5,         2.5,         3.14159265358979,
                             1e10,        1e15,        1e16,
                             1e17,        1e100,       1e-5,
                             1e-4,        123456789.0, 0.000123456,
                             DBL_MAX,     DBL_MIN,     5e-324,
                             DBL_EPSILON, 9.995,       99999.95,
                             1.0 / zero,  -1.0 / zero, zero / zero};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double v = values[i];
        if (isnan(v))
            v = fabs(v);
        printf("[%f] [%e] [%g] [%a]\n", v, v, v, v);
        printf("[%F] [%E] [%G] [%A]\n", v, v, v, v);
        printf("[%.0f] [%.1f] [%.3f] [%.15f] [%.20f]\n", v, v, v, v, v);
        printf("[%.0e] [%.1e] [%.17e] [%.0g] [%.17g] [%#g] [%#.0f]\n", v, v, v, v, v, v, v);
        printf("[%20.3f] [%-20.3f] [%020.3f] [%+.2f] [% .2f]\n", v, v, v, v, v);
        printf("[%.0a] [%.3a] [%30a] [%-30a]\n", v, v, v, v);
        long double l = v;
        printf("[%Lf] [%Le] [%Lg] [%La]\n", l, l, l, l);
    }
    long double third = 1.0L / 3;
    printf("%.40Lf %.36Le %La\n", third, third, third);
    printf("%.30Lg %Lg %La\n", LDBL_MAX, LDBL_MIN, LDBL_EPSILON);
    float f = 0.1f;
    printf("%.10f %a %.9g\n", f, f, f);
    printf("%f %f %f %f %f %f %f %f %f %f\n", 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);
    printf("%d %f %Lf %s %ld %g\n", 1, 2.0, 3.0L, "four", 5L, 6.0);
    return 0;
}
