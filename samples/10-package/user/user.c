// SPDX-License-Identifier: MIT
#include <units.h>

int main(void)
{
    return fahrenheit(-40) != -40;
}
