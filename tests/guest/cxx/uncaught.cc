// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// signal: 6
// stderr: any
#include <cstdio>
#include <stdexcept>

int main()
{
    std::puts("before");
    std::fflush(stdout);
    throw std::runtime_error("nobody catches this");
}
