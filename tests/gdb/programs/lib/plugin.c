// SPDX-License-Identifier: MIT
// A library that is loaded while the program runs.
int plugin_add(int n);

__thread int sum = 100;

int plugin_add(int n)
{
    sum += n;
    return sum;
}
