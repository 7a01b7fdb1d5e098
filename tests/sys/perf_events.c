// SPDX-License-Identifier: MIT
// beyond: performance events
// What the kernel counts by itself, on a machine with or without counters of its own.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int event(uint64_t config, int group, uint64_t format)
{
    struct perf_event_attr a = {.type = PERF_TYPE_SOFTWARE,
                                .size = sizeof a,
                                .config = config,
                                .disabled = group < 0,
                                .exclude_kernel = 1,
                                .exclude_hv = 1,
                                .read_format = format};
    return (int)syscall(SYS_perf_event_open, &a, 0, -1, group, (unsigned long)PERF_FLAG_FD_CLOEXEC);
}

static void touch(unsigned pages)
{
    volatile char *at = mmap(NULL, pages * 4096ul, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise((void *)at, pages * 4096ul, MADV_NOHUGEPAGE);
    for (unsigned i = 0; i < pages; i++)
        at[i * 4096] = 1;
    munmap((void *)at, pages * 4096ul);
}

static void counters(void)
{
    uint64_t n = 0, more = 0, id = 0;
    int faults = event(PERF_COUNT_SW_PAGE_FAULTS, -1, 0);
    CHECK(faults >= 0);
    touch(50);
    CHECK(read(faults, &n, sizeof n) == sizeof n && n == 0);
    CHECK(ioctl(faults, PERF_EVENT_IOC_ENABLE, 0) == 0);
    touch(50);
    CHECK(read(faults, &n, sizeof n) == sizeof n && n >= 50);
    CHECK(ioctl(faults, PERF_EVENT_IOC_DISABLE, 0) == 0);
    touch(50);
    CHECK(read(faults, &more, sizeof more) == sizeof more && more < n + 20);
    CHECK(ioctl(faults, PERF_EVENT_IOC_RESET, 0) == 0 && read(faults, &n, sizeof n) == 8 && n == 0);
    CHECK(ioctl(faults, PERF_EVENT_IOC_ID, &id) == 0 && id != 0);
    CHECK(ioctl(faults, PERF_EVENT_IOC_ID, 16l) == -1 && errno == EFAULT);
    struct perf_event_mmap_page *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, faults, 0);
    CHECK(page != MAP_FAILED && page->compat_version == 0);
    close(faults);
}

static void group(void)
{
    struct {
        uint64_t n, enabled, running;
        struct {
            uint64_t value, id;
        } of[2];
    } all;
    uint64_t format = PERF_FORMAT_GROUP | PERF_FORMAT_ID | PERF_FORMAT_TOTAL_TIME_ENABLED |
                      PERF_FORMAT_TOTAL_TIME_RUNNING;
    int leader = event(PERF_COUNT_SW_TASK_CLOCK, -1, format);
    int second = event(PERF_COUNT_SW_CONTEXT_SWITCHES, leader, format);
    CHECK(leader >= 0 && second >= 0);
    CHECK(ioctl(leader, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP) == 0);
    for (volatile int i = 0; i < 1000000; i++)
        ;
    CHECK(ioctl(leader, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP) == 0);
    CHECK(read(leader, &all, sizeof all) == sizeof all && all.n == 2 && all.of[0].value > 10000 &&
          all.of[0].value <= all.enabled && all.of[0].id != all.of[1].id);
    close(second);
    close(leader);
}

static void errors(void)
{
    struct perf_event_attr a = {.type = PERF_TYPE_SOFTWARE, .size = sizeof a, .disabled = 1, .exclude_kernel = 1};
    CHECK(syscall(SYS_perf_event_open, &a, 0, -1, -1, 1ul << 40) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_perf_event_open, 16l, 0, -1, -1, 0ul) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_perf_event_open, &a, -1, -1, -1, 0ul) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_perf_event_open, &a, 0, -1, 12345, 0ul) == -1 && errno == EBADF);
    CHECK(syscall(SYS_perf_event_open, &a, 0x3fffffff, -1, -1, 0ul) == -1 && errno == ESRCH);
    a.config = 9999;
    CHECK(syscall(SYS_perf_event_open, &a, 0, -1, -1, 0ul) == -1 && errno == ENOENT);
    a.config = 0;
    a.size = 8;
    CHECK(syscall(SYS_perf_event_open, &a, 0, -1, -1, 0ul) == -1 && errno == E2BIG && a.size >= 64);
    a.size = 5000;
    CHECK(syscall(SYS_perf_event_open, &a, 0, -1, -1, 0ul) == -1 && errno == E2BIG && a.size < 5000);
    a.type = 0x7ffffff0;
    a.size = PERF_ATTR_SIZE_VER0;
    CHECK(syscall(SYS_perf_event_open, &a, 0, -1, -1, 0ul) == -1 && errno == ENOENT);
    // A board may have these; what is emulated has not.
    a.type = PERF_TYPE_HARDWARE;
    a.config = PERF_COUNT_HW_CPU_CYCLES;
    long fd = syscall(SYS_perf_event_open, &a, 0, -1, -1, 0ul);
    CHECK(fd >= 0 || errno == ENOENT || errno == EOPNOTSUPP);
    CHECK(!GUEST_ARM64 || fd == -1);
}

int main(void)
{
    int first = event(PERF_COUNT_SW_TASK_CLOCK, -1, 0);
    if (first < 0 && (errno == ENOSYS || errno == EACCES || errno == EPERM))
        return guest_done();
    close(first);
    counters();
    group();
    errors();
    return guest_done();
}
