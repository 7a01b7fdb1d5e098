// SPDX-License-Identifier: MIT
#include "units.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("%s C are %g F\n", argv[i], fahrenheit(atof(argv[i])));
    return 0;
}
