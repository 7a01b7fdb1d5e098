// SPDX-License-Identifier: MIT
// Memory that is mapped, touched and given back.
#define _GNU_SOURCE
#include <sys/mman.h>

enum { PAGE = 4096, PAGES = 8 };

int main(void)
{
    for (int i = 0; i < 30000; i++) {
        char *p = mmap(0, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            return 1;
        for (int k = 0; k < PAGES; k++)
            p[k * PAGE] = 1;
        if (munmap(p, PAGES * PAGE))
            return 1;
    }
    return 0;
}
