# SPDX-License-Identifier: MIT
# --va-bits: everything a program has or gets lies below that many bits, the stack in the upper half, as with a kernel
# built for so many; a program that is executed has as many.
why='an option of a64run'
. "${0%/*}/lib/ours.sh"
cat >space.c <<'END'
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned long highest(void)
{
    char line[4400];
    unsigned long start, end = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        sscanf(line, "%lx-%lx", &start, &end);
    fclose(maps);
    return end;
}

int main(int argc, char **argv)
{
    unsigned long limit = 1ul << atoi(argv[1]);
    const int anon = MAP_PRIVATE | MAP_ANONYMOUS;
    char *top = (char *)limit;
    unsigned long stack = (unsigned long)&argc;
    CHECK(highest() <= limit && stack < limit && stack > limit / 2);
    CHECK(getauxval(AT_SYSINFO_EHDR) > stack && getauxval(AT_SYSINFO_EHDR) < limit);
    CHECK(getauxval(AT_PHDR) < limit && (unsigned long)sbrk(0) < limit);
    char *p = mmap(NULL, 4096, PROT_READ, anon, -1, 0);
    CHECK(p < top && (unsigned long)p > limit / 2 && (unsigned long)p < stack);
    p = mmap(top + 4096, 4096, PROT_READ, anon, -1, 0); // only a hint
    CHECK(p != MAP_FAILED && p < top);
    CHECK(mmap(top, 4096, PROT_READ, anon | MAP_FIXED, -1, 0) == MAP_FAILED && errno == ENOMEM);
    CHECK(mmap(top - 4096, 8192, PROT_READ, anon | MAP_FIXED, -1, 0) == MAP_FAILED && errno == ENOMEM);
    CHECK(mmap(NULL, limit, PROT_NONE, anon | MAP_NORESERVE, -1, 0) == MAP_FAILED && errno == ENOMEM);
    CHECK(munmap(top, 4096) == -1 && errno == EINVAL);
    CHECK(mprotect(top, 4096, PROT_READ) == -1 && errno == ENOMEM);
    CHECK(mremap(p, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, top) == MAP_FAILED && errno == EINVAL);
    CHECK(read(open("/dev/zero", O_RDONLY), top, 1) == -1 && errno == EFAULT);
    CHECK(brk(top) == -1 && errno == ENOMEM);
    if (guest_done())
        return 1;
    if (argc > 2)
        execl(argv[2], argv[2], argv[1], (char *)NULL);
    return argc > 2;
}
END
cp "$TOP/tests/guest/include/guest.h" .
"$CROSS_CC" -O1 -static -o static space.c && "$CROSS_CC" -O1 -static-pie -o pie space.c || exit 1
for bits in 39 42 47; do
    for program in static pie; do
        out=$("$A64RUN" --va-bits=$bits ./$program $bits ./pie) || { echo "FAIL: $program, $bits bits: $out"; exit 1; }
    done
done
A64RUN_VA_BITS=39 "$A64RUN" ./pie 39 >/dev/null || { echo 'FAIL: the variable'; exit 1; }
said=$("$A64RUN" --va-bits=48 ./pie 48 2>&1) && { echo 'FAIL: 48 bits are taken'; exit 1; }
[ "$said" = 'a64run: --va-bits 48: give 39, 42 or 47, which is as many as programs have on the host' ] ||
    { echo "FAIL: $said"; exit 1; }
