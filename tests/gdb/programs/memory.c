// SPDX-License-Identifier: MIT
// Accesses of all kinds to watched places, by instructions and by a system call.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile int watched, other;
static struct {
    char before[24];
    uint64_t middle;
    char after[24];
} block;
static char buffer[32];

static void touch(void)
{
    other = 1;
    watched = 5;
    other = watched;
    watched += 2;
}

static void copy(const char *from)
{
    memset(&block, 0x11, sizeof block);
    memcpy(block.before, from, 32);
}

static void in_kernel(void)
{
    int p[2];
    if (pipe(p) || write(p[1], "from the kernel", 15) != 15 || read(p[0], buffer, 15) != 15)
        other = 0;
}

int main(void)
{
    int local = 1;
    for (int i = 0; i < 3; i++)
        local += i;
    touch();
    copy("0123456789012345678901234567890123456789");
    in_kernel();
    printf("%d %d %s %d\n", watched, other, buffer, local);
    return 0;
}
