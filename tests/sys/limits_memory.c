// SPDX-License-Identifier: MIT
// beyond: limits on memory hold
// A limit on address space or data that setrlimit has taken is kept by mmap, mremap and brk.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void *get(size_t size, int prot)
{
    return mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

static void set(int resource, rlim_t n)
{
    struct rlimit limit;
    CHECK(getrlimit(resource, &limit) == 0);
    limit.rlim_cur = n;
    CHECK(setrlimit(resource, &limit) == 0);
}

// A program that is executed has the limits of the one before.
static void inherited(char **argv)
{
    int status = -1;
    pid_t pid = fork();
    if (!pid) {
        set(RLIMIT_AS, 256ul << 20);
        execv("/proc/self/exe", (char *[]){argv[0], "limited", NULL});
        _exit(1);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

// The limits of another process are changed and told.
static void of_another(void)
{
    int status = -1, go[2];
    char c;
    CHECK(pipe(go) == 0);
    pid_t pid = fork();
    if (!pid) {
        close(go[1]);
        _exit(read(go[0], &c, 1) != 1 || get(512ul << 20, PROT_READ) != MAP_FAILED);
    }
    struct rlimit limit, old;
    CHECK(prlimit(pid, RLIMIT_AS, NULL, &limit) == 0);
    limit.rlim_cur = 256ul << 20;
    CHECK(prlimit(pid, RLIMIT_AS, &limit, NULL) == 0);
    CHECK(prlimit(pid, RLIMIT_AS, NULL, &old) == 0 && old.rlim_cur == limit.rlim_cur);
    CHECK(prlimit(0, RLIMIT_AS, NULL, &old) == 0 && old.rlim_cur != limit.rlim_cur);
    limit.rlim_max = limit.rlim_cur - 1;
    CHECK(prlimit(pid, RLIMIT_AS, &limit, NULL) == -1 && errno == EINVAL);
    CHECK(write(go[1], "", 1) == 1);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

// What a child of vfork hands on to a program of another kind is not its maker's.
static void after_vfork(void)
{
    int status = -1;
    pid_t pid = fork();
    if (!pid) {
        struct rlimit now;
        set(RLIMIT_AS, 256ul << 20);
        set(RLIMIT_DATA, 128ul << 20);
        for (int i = 0; i < 3; i++) {
            pid_t child = vfork();
            if (!child) {
                execl("/bin/sh", "sh", "-c", "test `ulimit -v` = 262144 && test `ulimit -d` = 131072", NULL);
                _exit(7);
            }
            if (waitpid(child, &status, 0) != child || status)
                _exit(10);
            if (getrlimit(RLIMIT_AS, &now) || now.rlim_cur != 256ul << 20)
                _exit(11);
            if (getrlimit(RLIMIT_DATA, &now) || now.rlim_cur != 128ul << 20)
                _exit(12);
            if (get(512ul << 20, PROT_READ) != MAP_FAILED)
                _exit(13);
        }
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int is_limited(void)
{
    struct rlimit as, data;
    return getrlimit(RLIMIT_AS, &as) || as.rlim_cur != 256ul << 20 ||
           getrlimit(RLIMIT_DATA, &data) || data.rlim_cur == as.rlim_cur ||
           get(512ul << 20, PROT_NONE) != MAP_FAILED || get(16ul << 20, PROT_NONE) == MAP_FAILED;
}

int main(int argc, char **argv)
{
    const size_t mib = 1 << 20;
    if (argc > 1)
        return is_limited();
    inherited(argv);
    of_another();
    after_vfork();
    char *small = get(mib, PROT_READ), *p;
    set(RLIMIT_AS, 256 * mib);
    CHECK(get(512 * mib, PROT_NONE) == MAP_FAILED && errno == ENOMEM);
    CHECK(mremap(small, mib, 512 * mib, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM);
    CHECK((p = mremap(small, mib, 140 * mib, MREMAP_MAYMOVE)) != MAP_FAILED);
    CHECK((p = mremap(p, 140 * mib, 180 * mib, MREMAP_MAYMOVE)) != MAP_FAILED);
    CHECK(munmap(p, 180 * mib) == 0);
    CHECK((p = get(16 * mib, PROT_NONE)) != MAP_FAILED);
    CHECK(munmap(p, 16 * mib) == 0);
    set(RLIMIT_AS, RLIM_INFINITY);
    CHECK((p = get(512 * mib, PROT_NONE)) != MAP_FAILED);
    CHECK(munmap(p, 512 * mib) == 0);

    set(RLIMIT_DATA, 64 * mib);
    CHECK(sbrk(128 * (long)mib) == (void *)-1 && errno == ENOMEM);
    CHECK(get(128 * mib, PROT_READ | PROT_WRITE) == MAP_FAILED && errno == ENOMEM);
    CHECK(get(128 * mib, PROT_READ) != MAP_FAILED); // not data
    return guest_done();
}
