// SPDX-License-Identifier: MIT
// Paths are looked at: one that is there, one that is not.
#include <sys/stat.h>

int main(void)
{
    struct stat s;
    for (int i = 0; i < 100000; i++)
        if (stat("/usr/lib", &s) || !stat("/usr/lib/no/such/file", &s))
            return 1;
    return 0;
}
