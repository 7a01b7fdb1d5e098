// SPDX-License-Identifier: MIT
#pragma once

#include <string>

// "Hello, NAME!"; std::invalid_argument if there is no name.
std::string greeting(const std::string &name);
