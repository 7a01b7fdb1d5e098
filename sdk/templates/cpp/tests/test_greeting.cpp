// SPDX-License-Identifier: MIT
#include "greeting.h"

#include <iostream>
#include <stdexcept>

#define CHECK(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            std::cout << __FILE__ << ':' << __LINE__ << ": " #condition "\n"; \
            return 1;                                                         \
        }                                                                     \
    } while (0)

int main()
{
    CHECK(greeting("you") == "Hello, you!");
    bool refused = false;
    try {
        greeting("");
    } catch (const std::invalid_argument &) {
        refused = true;
    }
    CHECK(refused);
}
