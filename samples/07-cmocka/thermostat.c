// SPDX-License-Identifier: MIT
#include "thermostat.h"

bool heating(bool before)
{
    int degrees = read_sensor(3);
    return degrees < 19 || (before && degrees <= 21);
}
