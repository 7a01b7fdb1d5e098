// SPDX-License-Identifier: MIT
/* C code between a C++ thrower and its catcher, for across_libraries.cc. */
int call_back(int (*f)(int), int x);

int call_back(int (*f)(int), int x)
{
    volatile int kept = x;
    return f(x) + kept;
}
