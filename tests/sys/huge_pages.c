// SPDX-License-Identifier: MIT
// Memory of huge pages: its place and size are whole ones, whoever chooses. Where the machine has none to give the calls fail as they do
// there, and only that is seen.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, HUGE = 2 << 20, RW = PROT_READ | PROT_WRITE };

static void use(char *p)
{
    CHECK(((uintptr_t)p & (HUGE - 1)) == 0);
    p[0] = 1, p[HUGE - 1] = 2;
    CHECK(munmap(p, PAGE) == -1 && errno == EINVAL && p[0] == 1); // a part
    CHECK(munmap(p, HUGE) == 0);
}

// A failure for want of pages, and no other.
static int fails(void *p)
{
    return p == MAP_FAILED && errno == ENOMEM;
}

static void anonymous(void)
{
    static const int flags[] = {MAP_HUGETLB, MAP_HUGETLB | 21 << MAP_HUGE_SHIFT};
    for (unsigned i = 0; i < 4; i++) {
        mmap(NULL, (i + 1) * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // others are in the way
        char *p = mmap(NULL, i < 2 ? PAGE : HUGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | flags[i % 2], -1, 0);
        if (!fails(p))
            use(p);
    }
}

// Two of them do not fit where there is room for one, and a small size does not make a small mapping.
static void in_its_place(void)
{
    char *room = mmap(NULL, 3 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *at = (char *)(((uintptr_t)room + HUGE - 1) & -(uintptr_t)HUGE);
    CHECK(mmap(at + PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_FIXED, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mprotect(at + PAGE, PAGE, RW) == 0);
    at[PAGE] = 7;
    char *p = mmap(at, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_FIXED, -1, 0);
    if (fails(p))
        return;
    CHECK(p == at && p[PAGE] == 0);
    CHECK(mmap(at, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED && errno == EEXIST);
    CHECK(mmap(at + HUGE - PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED && errno == EEXIST);
    use(p);
}

static void of_a_file(void)
{
    int fd = memfd_create("huge", MFD_HUGETLB);
    CHECK(fd >= 0 || errno == ENOSYS || errno == EINVAL);
    if (fd < 0 || ftruncate(fd, HUGE))
        return;
    char *p = mmap(NULL, HUGE, RW, MAP_SHARED, fd, 0);
    if (!fails(p))
        use(p);
    close(fd);
}

int main(void)
{
    anonymous();
    in_its_place();
    of_a_file();
    return guest_done();
}
