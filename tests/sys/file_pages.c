// SPDX-License-Identifier: MIT
// beyond: remap_file_pages that changes anything
// Pages of a file shown in another order.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    enum { PAGE = 4096, PAGES = 8 };
    char text[PAGE];
    int fd = memfd_create("pages", 0);
    for (int i = 0; i < PAGES; i++) {
        memset(text, 'a' + i, PAGE);
        CHECK(write(fd, text, PAGE) == PAGE);
    }
    char *at = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    long r = syscall(SYS_remap_file_pages, at, (long)PAGE, 0l, 5l, 0l);
    if (r == -1 && errno == ENOSYS)
        return guest_done();
    CHECK(r == 0 && at[0] == 'f' && at[PAGE] == 'b');
    CHECK(syscall(SYS_remap_file_pages, at + 2 * PAGE, 2l * PAGE, 0l, 0l, 0l) == 0);
    CHECK(at[2 * PAGE] == 'a' && at[3 * PAGE] == 'b' && at[4 * PAGE] == 'e');
    at[2 * PAGE] = 'x';
    CHECK(pread(fd, text, 1, 0) == 1 && text[0] == 'x');
    CHECK(syscall(SYS_remap_file_pages, at, (long)PAGE, (long)PROT_READ, 5l, 0l) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_remap_file_pages, at, 0l, 0l, 5l, 0l) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_remap_file_pages, 0x600000000000, (long)PAGE, 0l, 0l, 0l) == -1 && errno == EINVAL);
    char *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(syscall(SYS_remap_file_pages, own, (long)PAGE, 0l, 0l, 0l) == -1 && errno == EINVAL);
    return guest_done();
}
