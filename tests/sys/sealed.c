// SPDX-License-Identifier: MIT
// beyond: mseal
// Memory that is sealed stays as it is: no other mapping in its place, no other protection, no
// contents thrown away that could not be written.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

static long seal(void *at, unsigned long size, unsigned long flags)
{
    return syscall(462, at, size, flags);
}

static int fails(long r, int error)
{
    return r == -1 && errno == error;
}

static void stays(char *at)
{
    const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
    CHECK(fails(munmap(at, PAGE), EPERM) && fails(munmap(at - PAGE, 3 * PAGE), EPERM));
    CHECK(fails(mprotect(at, PAGE, PROT_READ | PROT_WRITE), EPERM));
    CHECK(mmap(at, PAGE, PROT_READ, anonymous | MAP_FIXED, -1, 0) == MAP_FAILED && errno == EPERM);
    CHECK(mremap(at, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EPERM);
    CHECK(mremap(at - PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at) == MAP_FAILED &&
          errno == EPERM);
    CHECK(fails(madvise(at, PAGE, MADV_DONTNEED), EPERM) &&
          fails(madvise(at, PAGE, MADV_DONTFORK), EPERM));
    CHECK(madvise(at, PAGE, MADV_WILLNEED) == 0 && *at == 's');
}

int main(void)
{
    char *at = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fails(seal(at, 0, 0), ENOSYS)) {
        printf("a kernel without mseal\n");
        return 0;
    }
    at[PAGE] = 's';
    CHECK(fails(seal(at + 1, PAGE, 0), EINVAL) && fails(seal(at, PAGE, 1), EINVAL));
    CHECK(munmap(at + 3 * PAGE, PAGE) == 0 && fails(seal(at + 2 * PAGE, 2 * PAGE, 0), ENOMEM));
    CHECK(mprotect(at + PAGE, PAGE, PROT_READ) == 0);
    CHECK(seal(at + PAGE, 1, 0) == 0 && seal(at + PAGE, PAGE, 0) == 0); // again makes no difference
    stays(at + PAGE);
    // What lies around it may change, and so may what is sealed but writable lose its contents.
    CHECK(mprotect(at, PAGE, PROT_READ) == 0 && munmap(at + 2 * PAGE, PAGE) == 0);
    char *writable = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *writable = 1;
    CHECK(seal(writable, PAGE, 0) == 0 && madvise(writable, PAGE, MADV_DONTNEED) == 0 && !*writable);
    int status;
    pid_t child = fork();
    if (!child) {
        stays(at + PAGE);
        _exit(guest_failures != 0);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    return guest_done();
}
