// SPDX-License-Identifier: MIT
// beyond: userfaultfd
// Faults that another thread of the program resolves: of loads and stores, of system calls that touch the memory, with copies,
// zeros, write protection and as signals.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 64 };

static int uffd, missing, writes;
static char *area;

// Page i gets bytes of 'a' + i % 26; protected pages become writable.
static void *resolve(void *unused)
{
    static char page[PAGE] __attribute__((aligned(PAGE)));
    (void)unused;
    for (;;) {
        struct uffd_msg m;
        struct pollfd p = {.fd = uffd, .events = POLLIN};
        poll(&p, 1, -1);
        if (read(uffd, &m, sizeof m) != sizeof m || m.event != UFFD_EVENT_PAGEFAULT)
            continue;
        uint64_t at = m.arg.pagefault.address & ~(uint64_t)(PAGE - 1);
        if (m.arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WP) {
            struct uffdio_writeprotect w = {.range = {at, PAGE}};
            writes++;
            ioctl(uffd, UFFDIO_WRITEPROTECT, &w);
            continue;
        }
        missing++;
        memset(page, 'a' + (int)((at - (uint64_t)area) / PAGE % 26), PAGE);
        struct uffdio_copy c = {.dst = at, .src = (uint64_t)page, .len = PAGE};
        CHECK(ioctl(uffd, UFFDIO_COPY, &c) == 0 && c.copy == PAGE);
    }
    return NULL;
}

static char *some_memory(uint64_t mode)
{
    char *at = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct uffdio_register r = {.range = {(uint64_t)at, PAGES * PAGE}, .mode = mode};
    CHECK(ioctl(uffd, UFFDIO_REGISTER, &r) == 0 && r.ioctls & 1 << _UFFDIO_COPY);
    return at;
}

static void by_instructions_and_calls(void)
{
    int p[2];
    char text[8] = {0};
    CHECK(area[10] == 'a' && missing == 1 && area[11] == 'a' && missing == 1);
    area[PAGE] = 'x';
    CHECK(area[PAGE] == 'x' && area[PAGE + 1] == 'b' && missing == 2);
    CHECK(pipe(p) == 0);
    CHECK(write(p[1], area + 2 * PAGE, 4) == 4 && missing == 3); // the kernel reads it
    CHECK(read(p[0], area + 3 * PAGE, 4) == 4 && missing == 4); // and writes
    CHECK(!memcmp(area + 3 * PAGE, "ccccdddd", 8));
    // Paths and structures, which an emulator looks at itself.
    CHECK(open(area + 4 * PAGE + PAGE - 4, O_RDONLY) == -1 && errno == ENAMETOOLONG && missing >= 5);
    int before = missing;
    CHECK(sigaction(SIGUSR1, NULL, (struct sigaction *)(area + 10 * PAGE)) == 0);
    CHECK(fcntl(p[0], F_GETFD) == 0 && syscall(SYS_gettimeofday, area + 11 * PAGE, NULL) == 0);
    CHECK(missing == before + 1 || missing == before + 2); // the library has a copy of its own
    memcpy(area + 20 * PAGE - 8, area + 21 * PAGE - 8, 16); // two pages each
    CHECK(area[20 * PAGE - 1] == 'u' && area[20 * PAGE] == 'v');
    memcpy(text, area + 30 * PAGE, sizeof text);
    CHECK(text[0] == 'e');
    close(p[0]);
    close(p[1]);
}

static void *touch_all(void *way)
{
    unsigned long sum = 0;
    for (int i = 0; i < PAGES; i++)
        sum += (unsigned char)area[(way ? PAGES - 1 - i : i) * PAGE];
    return (void *)sum;
}

static void by_threads(void)
{
    pthread_t t[4];
    void *sum[4];
    area = some_memory(UFFDIO_REGISTER_MODE_MISSING);
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, touch_all, i & 1 ? area : NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], &sum[i]);
    CHECK(sum[0] == sum[1] && sum[1] == sum[2] && sum[2] == sum[3] && sum[0] != NULL);
}

static void protected(void)
{
    char *at = some_memory(UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP);
    struct uffdio_zeropage z = {.range = {(uint64_t)at, 2 * PAGE}};
    struct uffdio_writeprotect w = {.range = {(uint64_t)at, PAGE}, .mode = UFFDIO_WRITEPROTECT_MODE_WP};
    CHECK(ioctl(uffd, UFFDIO_ZEROPAGE, &z) == 0 && z.zeropage == 2 * PAGE);
    CHECK(ioctl(uffd, UFFDIO_ZEROPAGE, &z) == -1 && errno == EEXIST && z.zeropage == -EEXIST);
    CHECK(ioctl(uffd, UFFDIO_WRITEPROTECT, &w) == 0);
    CHECK(at[5] == 0 && writes == 0);
    at[5] = 1;
    CHECK(writes == 1 && at[5] == 1);
    struct uffdio_range all = {(uint64_t)at, PAGES * PAGE};
    CHECK(ioctl(uffd, UFFDIO_UNREGISTER, &all) == 0);
    CHECK(at[9 * PAGE] == 0);
    munmap(at, PAGES * PAGE);
}

static sigjmp_buf back;
static void *where;
static void on_bus(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    where = info->si_addr;
    siglongjmp(back, 1);
}

static void as_signals(void)
{
    struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_SIGBUS};
    int other = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    CHECK(other >= 0 && ioctl(other, UFFDIO_API, &api) == 0);
    char *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct uffdio_register r = {.range = {(uint64_t)at, PAGE}, .mode = UFFDIO_REGISTER_MODE_MISSING};
    CHECK(ioctl(other, UFFDIO_REGISTER, &r) == 0);
    struct sigaction sa = {.sa_sigaction = on_bus, .sa_flags = SA_SIGINFO};
    sigaction(SIGBUS, &sa, NULL);
    volatile int came = 0;
    if (sigsetjmp(back, 1) == 0)
        CHECK(at[1] == 0);
    else
        came = 1;
    CHECK(came && where == at + 1);
    CHECK(open(at, O_RDONLY) == -1 && errno == EFAULT);
    close(other);
}

static void errors(void)
{
    int other = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    struct uffdio_api api = {.api = 1};
    struct uffd_msg m;
    CHECK(syscall(SYS_userfaultfd, 0x40000000l) == -1 && errno == EINVAL);
    CHECK(fcntl(other, F_GETFD) == FD_CLOEXEC);
    CHECK(ioctl(other, UFFDIO_API, &api) == -1 && errno == EINVAL && api.api == 0);
    CHECK(ioctl(other, UFFDIO_API, 16l) == -1 && errno == EFAULT);
    CHECK(read(other, &m, sizeof m) == -1 && errno == EINVAL);
    api = (struct uffdio_api){.api = UFFD_API};
    CHECK(ioctl(other, UFFDIO_API, &api) == 0 && api.ioctls & 1ul << _UFFDIO_REGISTER);
    CHECK(read(other, &m, sizeof m) == -1 && errno == EAGAIN);
    struct uffdio_register r = {.range = {(uint64_t)area + 1, PAGE}, .mode = UFFDIO_REGISTER_MODE_MISSING};
    CHECK(ioctl(other, UFFDIO_REGISTER, &r) == -1 && errno == EINVAL);
    r.range = (struct uffdio_range){(uint64_t)area, PAGE};
    CHECK(ioctl(other, UFFDIO_REGISTER, &r) == -1 && errno == EBUSY);
    r.range.start = 0x600000000000;
    CHECK(ioctl(other, UFFDIO_REGISTER, &r) == -1 && (errno == EINVAL || errno == ENOMEM));
    // Where an emulator is, and all there is.
    r.range = (struct uffdio_range){0x600000100000, 1ul << 45};
    CHECK(ioctl(other, UFFDIO_REGISTER, &r) == -1);
    r.range = (struct uffdio_range){0x10000, 0x7ffff0000000};
    CHECK(ioctl(other, UFFDIO_REGISTER, &r) == -1);
    CHECK(ioctl(other, UFFDIO_REGISTER, 16l) == -1 && errno == EFAULT);
    struct uffdio_copy c = {.dst = (uint64_t)area, .src = 16, .len = PAGE};
    CHECK(ioctl(other, UFFDIO_COPY, &c) == -1 && c.copy < 0);
    c = (struct uffdio_copy){.dst = (uint64_t)area, .src = 0x600000100000, .len = PAGE};
    CHECK(ioctl(other, UFFDIO_COPY, &c) == -1 && c.copy < 0);
    close(other);
}

int main(void)
{
    uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    if (uffd < 0) { // not built in, or not permitted
        CHECK(errno == ENOSYS || errno == EPERM);
        return guest_done();
    }
    struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP};
    CHECK(ioctl(uffd, UFFDIO_API, &api) == 0);
    area = some_memory(UFFDIO_REGISTER_MODE_MISSING);
    pthread_t t;
    pthread_create(&t, NULL, resolve, NULL);
    by_instructions_and_calls();
    protected();
    as_signals();
    errors();
    by_threads();
    return guest_done();
}
