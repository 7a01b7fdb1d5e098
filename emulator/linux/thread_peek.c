// SPDX-License-Identifier: MIT
#include "linux/thread_peek.h"

#include "linux/host_call.h"
#include "linux/sys/procfs.h"
#include "linux/thread.h"

#include <string.h>
#include <sys/uio.h>

// Another process changes its list while it is read: it is not followed for ever.
enum { THREADS_MOST = 1 << 16 };

static bool copy_from(int pid, const void *at, void *to, size_t size)
{
    if (pid == process.pid) {
        memcpy(to, at, size);
        return true;
    }
    struct iovec local = {to, size}, remote = {(void *)(uintptr_t)at, size};
    return host_call(SYS_process_vm_readv, pid, &local, 1, &remote, 1, 0) == (int64_t)size;
}

uint64_t thread_address(int pid, int tid)
{
    const char *at;
    int found;
    bool read = copy_from(pid, &process.first, &at, sizeof at);
    for (unsigned i = 0; read && at && i < THREADS_MOST; i++) {
        read = copy_from(pid, at + offsetof(struct thread, tid), &found, sizeof found);
        if (read && found == tid)
            return (uint64_t)at;
        read = read && copy_from(pid, at + offsetof(struct thread, next), &at, sizeof at);
    }
    return 0;
}

static bool peek(int pid, int tid, size_t offset, void *to, size_t size)
{
    uint64_t at = thread_address(pid, tid);
    return at && copy_from(pid, (const char *)at + offset, to, size);
}

bool thread_peek(int pid, int tid, size_t offset, void *to, size_t size)
{
    return procfs_is_guest(pid) && peek(pid, tid, offset, to, size);
}
