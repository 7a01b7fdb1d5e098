// SPDX-License-Identifier: MIT
// Where the arm64 and x86-64 kernels' interfaces differ: the constants and structures of the guest,
// and their conversion. Everything not here is the same on both sides and passes through.
#ifndef EMU_LINUX_SYS_ABI_H
#define EMU_LINUX_SYS_ABI_H

#include <stdint.h>
#include <sys/stat.h>

// Open flags: these four bits are dealt out differently; the others agree.
enum {
    GUEST_O_DIRECTORY = 040000,
    GUEST_O_NOFOLLOW = 0100000,
    GUEST_O_DIRECT = 0200000,
    GUEST_O_LARGEFILE = 0400000,

    HOST_O_DIRECT = 040000,
    HOST_O_LARGEFILE = 0100000,
    HOST_O_DIRECTORY = 0200000,
    HOST_O_NOFOLLOW = 0400000,

    O_ARCH_BITS = 0740000,
};

uint32_t host_open_flags(uint32_t guest);
uint32_t guest_open_flags(uint32_t host);

struct guest_stat {
    uint64_t dev, ino;
    uint32_t mode, nlink, uid, gid;
    uint64_t rdev, pad1;
    int64_t size;
    int32_t blksize, pad2;
    int64_t blocks;
    int64_t atime_sec, atime_nsec, mtime_sec, mtime_nsec, ctime_sec, ctime_nsec;
    uint32_t unused[2];
};
_Static_assert(sizeof(struct guest_stat) == 128, "struct stat of arm64");

// Writes the host's struct stat to the guest; 0 or -EFAULT.
int64_t put_stat(uint64_t to, const struct stat *st);

// The host packs this one.
struct guest_epoll_event {
    uint32_t events, pad;
    uint64_t data;
};
_Static_assert(sizeof(struct guest_epoll_event) == 16, "struct epoll_event of arm64");

// semctl(IPC_STAT, IPC_SET); the host has a spare word after each time.
struct guest_semid_ds {
    uint8_t perm[48];
    int64_t otime, ctime;
    uint64_t nsems, unused[2];
};
_Static_assert(sizeof(struct guest_semid_ds) == 88, "struct semid64_ds of arm64");

#endif
