// SPDX-License-Identifier: MIT
#pragma once

#include <stdbool.h>

// Degrees; the function of the real hardware.
int read_sensor(int number);

// On below 19 degrees, off above 21, and as it was in between.
bool heating(bool before);
