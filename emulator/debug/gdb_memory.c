// SPDX-License-Identifier: MIT
#include "debug/gdb_memory.h"

#include "engine/engine.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/mm.h"

#include <fcntl.h>
#include <unistd.h>

// What the host's /proc shows as this process's memory is written and read whatever its
// protection. A child of fork opens its own.
static int own_memory(void)
{
    static int fd = -1;
    static pid_t pid;
    if (fd >= 0 && pid == getpid())
        return fd;
    if (fd >= 0)
        close(fd);
    pid = getpid();
    fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    return fd;
}

static bool is_guests(uint64_t addr, size_t size)
{
    return addr < MM_LIMIT && size <= MM_LIMIT - addr;
}

// By pages, in case some of them are not mapped.
static int64_t by_pages(int fd, uint64_t addr, uint8_t *bytes, size_t size, bool write)
{
    size_t done = 0;
    while (done < size) {
        size_t piece = MM_PAGE - ((addr + done) & (MM_PAGE - 1));
        piece = piece < size - done ? piece : size - done;
        long nr = write ? SYS_pwrite64 : SYS_pread64;
        if (fd >= 0 ? host_call(nr, fd, bytes + done, piece, addr + done) != (int64_t)piece
            : write ? !guest_write(addr + done, bytes + done, piece)
                    : !guest_read(bytes + done, addr + done, piece))
            break;
        done += piece;
    }
    return (int64_t)done;
}

int64_t memory_read(uint64_t addr, void *bytes, size_t size)
{
    addr = ir_untag(addr);
    return is_guests(addr, size) ? by_pages(own_memory(), addr, bytes, size, false) : 0;
}

bool memory_write(uint64_t addr, const void *bytes, size_t size)
{
    addr = ir_untag(addr);
    if (!is_guests(addr, size))
        return false;
    bool all = by_pages(own_memory(), addr, (uint8_t *)bytes, size, true) == (int64_t)size;
    if (size)
        engine_invalidate(NULL, addr, addr + size);
    return all;
}
