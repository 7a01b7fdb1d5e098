// SPDX-License-Identifier: MIT
#include <config.h>
#include <stdio.h>

int main(void)
{
    return printf("%s %s, long double has %d bytes\n", PACKAGE_NAME, PACKAGE_VERSION, SIZEOF_LONG_DOUBLE) < 0;
}
