// SPDX-License-Identifier: MIT
#include "greeting.h"

#include <stdexcept>

std::string greeting(const std::string &name)
{
    if (name.empty())
        throw std::invalid_argument("a greeting needs a name");
    return "Hello, " + name + "!";
}
