// SPDX-License-Identifier: MIT
// System V and POSIX message queues, semaphores, shared memory.
#include "base/bits.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/host_maps.h"
#include "linux/lock.h"
#include "linux/sys.h"
#include "linux/sys_abi.h"
#include "linux/thread.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

SYSCALL2(186, msgget, int, hex, key, hex, flags)
{
    return host_call(SYS_msgget, key, flags);
}

SYSCALL3(187, msgctl, int, int, id, int, cmd, ptr, buf)
{
    return host_call(SYS_msgctl, id, cmd, buf);
}

SYSCALL5(188, msgrcv, ssize, int, id, ptr, msg, size, size, long, type, hex, flags)
{
    return host_call_blocking(t, SYS_msgrcv, id, msg, size, type, flags);
}

SYSCALL4(189, msgsnd, int, int, id, ptr, msg, size, size, hex, flags)
{
    return host_call_blocking(t, SYS_msgsnd, id, msg, size, flags);
}

SYSCALL3(190, semget, int, hex, key, int, count, hex, flags)
{
    return host_call(SYS_semget, key, count, flags);
}

// The host's struct semid64_ds has a reserved word after each time.
struct host_semid_ds {
    uint8_t perm[48];
    int64_t otime;
    uint64_t reserved1;
    int64_t ctime;
    uint64_t reserved2, nsems, unused[2];
};
_Static_assert(sizeof(struct host_semid_ds) == 104, "struct semid64_ds of x86-64");

static int64_t sem_stat(int id, int index, int cmd, uint64_t to)
{
    struct host_semid_ds h;
    int64_t ret = host_call(SYS_semctl, id, index, cmd, &h);
    if (ret < 0)
        return ret;
    struct guest_semid_ds g = {.otime = h.otime, .ctime = h.ctime, .nsems = h.nsems};
    memcpy(g.perm, h.perm, sizeof g.perm);
    return guest_write(to, &g, sizeof g) ? ret : -EFAULT;
}

static int64_t sem_set(int id, int index, uint64_t from)
{
    struct guest_semid_ds g;
    struct host_semid_ds h = {.nsems = 0};
    if (!guest_read(&g, from, sizeof g))
        return -EFAULT;
    memcpy(h.perm, g.perm, sizeof h.perm);
    return host_call(SYS_semctl, id, index, IPC_SET, &h);
}

SYSCALL4(191, semctl, int, int, id, int, index, int, cmd, hex, arg)
{
    if (id < 0)
        return -EINVAL;
    switch (cmd) {
    case IPC_STAT:
    case SEM_STAT:
    case SEM_STAT_ANY: return sem_stat(id, index, cmd, arg);
    case IPC_SET: return sem_set(id, index, arg);
    case SETVAL: return host_call(SYS_semctl, id, index, cmd, arg);
    default: return host_call(SYS_semctl, id, index, cmd, host_pointer(arg));
    }
}

SYSCALL3(193, semop, int, int, id, ptr, ops, uint, count)
{
    return host_call_blocking(t, SYS_semop, id, ops, count);
}

SYSCALL4(192, semtimedop, int, int, id, ptr, ops, uint, count, in_timespec, timeout)
{
    return host_call_blocking(t, SYS_semtimedop, id, ops, count, timeout);
}

SYSCALL3(194, shmget, int, hex, key, size, size, hex, flags)
{
    return host_call(SYS_shmget, key, size, flags);
}

SYSCALL3(195, shmctl, int, int, id, int, cmd, ptr, buf)
{
    return host_call(SYS_shmctl, id, cmd, buf);
}

// Where a segment of `size` bytes goes that the guest asked for at `addr`; 0 or -errno.
static int64_t shm_place(uint64_t *addr, uint64_t size, int flags)
{
    if (!*addr) {
        *addr = mm_find_room(&process.mm, size);
        return *addr ? 0 : -ENOMEM;
    }
    if (flags & SHM_RND)
        *addr = round_down(*addr, MM_PAGE);
    uint64_t limit = process.mm.limit;
    return *addr % MM_PAGE || *addr >= limit || size > limit - *addr ? -EINVAL : 0;
}

static int64_t attach(struct thread *t, int id, uint64_t addr, uint64_t flags)
{
    struct shmid_ds ds;
    int64_t err = host_call(SYS_shmctl, id, IPC_STAT, &ds);
    if (err < 0)
        return err;
    uint64_t size = round_up(ds.shm_segsz, MM_PAGE);
    err = shm_place(&addr, size, (int)flags);
    if (err)
        return err;
    int prot =
        PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
    mm_about_to_map(addr, size, prot, true);
    int64_t at = host_call(SYS_shmat, id, addr, flags & ~(uint64_t)SHM_EXEC);
    if (at < 0)
        return at;
    mm_note_mapped(t, (uint64_t)at, size, prot, true);
    return at;
}

// What shmdt takes away: of the segment that is attached at addr, which may have been moved and
// unmapped in part, all that lies where it would be if it were whole.
struct pieces {
    unsigned count, capacity;
    struct range {
        uint64_t start, end;
    } * at;
};

static bool add_piece(struct pieces *p, uint64_t start, uint64_t end)
{
    if (p->count == p->capacity) {
        unsigned capacity = p->capacity ? 2 * p->capacity : 4;
        struct range *more = realloc(p->at, capacity * sizeof *more);
        if (!more)
            return false;
        p->at = more;
        p->capacity = capacity;
    }
    p->at[p->count++] = (struct range){start, end};
    return true;
}

static bool find_pieces(struct pieces *p, uint64_t addr)
{
    static char line[HOST_MAPPING_LINE]; // the process is locked
    static struct host_mapping h;
    uint64_t inode = 0;
    bool all = true;
    FILE *f = fopen("/proc/self/maps", "re");
    while (f && all && fgets(line, sizeof line, f)) {
        bool may = host_mapping_parse(line, &h) && h.start >= addr && h.start - addr == h.offset &&
                   !strncmp(h.name, "/SYSV", 5);
        if (!may || (inode && h.inode != inode))
            continue;
        inode = h.inode;
        all = add_piece(p, h.start, h.end);
    }
    if (f)
        fclose(f);
    return f && all;
}

static int64_t detach(struct thread *t, uint64_t addr)
{
    struct pieces p = {0};
    bool found = find_pieces(&p, addr);
    if (found && p.count)
        mm_about_to_unmap(p.at[0].start, p.at[0].end - p.at[0].start);
    int64_t err = found ? host_call(SYS_shmdt, addr) : -ENOMEM;
    for (unsigned i = 0; i < p.count && !err; i++)
        mm_note_unmapped(t, p.at[i].start, p.at[i].end - p.at[i].start);
    free(p.at);
    return err;
}

SYSCALL3(196, shmat, addr, int, id, addr, addr, hex, flags)
{
    process_lock();
    return process_unlocked(attach(t, id, addr, flags));
}

SYSCALL1(197, shmdt, int, addr, addr)
{
    process_lock();
    return process_unlocked(detach(t, addr));
}

SYSCALL4(180, mq_open, fd, str, name, oflags, flags, mode, mode, ptr, attr)
{
    return host_call(SYS_mq_open, name, host_open_flags(flags), mode, attr);
}

SYSCALL1(181, mq_unlink, int, str, name)
{
    return host_call(SYS_mq_unlink, name);
}

SYSCALL5(182, mq_timedsend, int, fd, queue, in_buf, msg, size, size, uint, priority, in_timespec,
         timeout)
{
    return host_call_blocking(t, SYS_mq_timedsend, queue, msg, size, priority, timeout);
}

SYSCALL5(183, mq_timedreceive, ssize, fd, queue, out_buf, msg, size, size, ptr, priority,
         in_timespec, timeout)
{
    return host_call_blocking(t, SYS_mq_timedreceive, queue, msg, size, priority, timeout);
}

SYSCALL2(184, mq_notify, int, fd, queue, ptr, event)
{
    struct sigevent e;
    if (!event)
        return host_call(SYS_mq_notify, queue, NULL);
    if (!guest_read(&e, event, sizeof e))
        return -EFAULT;
    if (e.sigev_notify == SIGEV_THREAD) // points to what the kernel is to send
        e.sigev_value.sival_ptr = (void *)host_pointer((uint64_t)e.sigev_value.sival_ptr);
    return host_call(SYS_mq_notify, queue, &e);
}

SYSCALL3(185, mq_getsetattr, int, fd, queue, ptr, attr, ptr, old)
{
    return host_call(SYS_mq_getsetattr, queue, attr, old);
}
