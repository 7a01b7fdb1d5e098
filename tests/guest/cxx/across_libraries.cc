// SPDX-License-Identifier: MIT
// variants: O0-dynamic O2-dynamic O2-dynamic:-mbranch-protection=standard
// shared: c_middle
#include <cstdio>
#include <stdexcept>

extern "C" int call_back(int (*f)(int), int x);

static int thrower(int x)
{
    if (x > 2)
        throw std::domain_error("from the callback");
    return x * 2;
}

int main()
{
    std::printf("%d\n", call_back(thrower, 2));
    try {
        call_back(thrower, 3);
    } catch (const std::domain_error &e) {
        std::printf("caught %s\n", e.what());
    }
    return 0;
}
