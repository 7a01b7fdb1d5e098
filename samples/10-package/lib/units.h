// SPDX-License-Identifier: MIT
#pragma once

double fahrenheit(double celsius);
