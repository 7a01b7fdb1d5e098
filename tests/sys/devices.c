// SPDX-License-Identifier: MIT
// beyond: commands of disks and of networks that it does not know
// The ioctls of devices, on a disk that is a file (loop) and a network that is this program (tun).
// Where they may not be had the same commands are refused by what is open instead, and the program
// says so.
#define _GNU_SOURCE
#include "guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/if_tun.h>
#include <linux/loop.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SECTOR = 512, SIZE = 64 * 1024 };

// Commands of devices, given to what is none: ENOTTY, not an error of the pointer.
static void on_no_device(void)
{
    static const unsigned long commands[] = {
        BLKROSET,          BLKROGET,           BLKRRPART,
        BLKGETSIZE,        BLKFLSBUF,          BLKRASET,
        BLKRAGET,          BLKSECTGET,         BLKSSZGET,
        BLKBSZGET,         BLKBSZSET,          BLKGETSIZE64,
        BLKDISCARD,        BLKIOMIN,           BLKIOOPT,
        BLKALIGNOFF,       BLKPBSZGET,         BLKDISCARDZEROES,
        BLKSECDISCARD,     BLKROTATIONAL,      BLKZEROOUT,
        HDIO_GETGEO,       LOOP_SET_FD,        LOOP_CLR_FD,
        LOOP_SET_STATUS64, LOOP_GET_STATUS64,  LOOP_CHANGE_FD,
        LOOP_SET_STATUS,   LOOP_GET_STATUS,
        LOOP_SET_CAPACITY, LOOP_SET_DIRECT_IO, LOOP_SET_BLOCK_SIZE,
        LOOP_CONFIGURE,    LOOP_CTL_ADD,       LOOP_CTL_REMOVE,
        LOOP_CTL_GET_FREE, TUNSETIFF,          TUNGETIFF,
        TUNGETFEATURES,    TUNSETPERSIST,      TUNSETOWNER,
        TUNSETGROUP,       TUNSETOFFLOAD,      TUNSETLINK,
        TUNGETSNDBUF,      TUNSETSNDBUF,       TUNGETVNETHDRSZ,
        TUNSETVNETHDRSZ,   TUNSETQUEUE,        TUNSETIFINDEX,
    };
    uint64_t buffer[64] = {0};
    int file = open("/dev/zero", O_RDONLY);
    CHECK(file >= 0);
    for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        errno = 0;
        CHECK(ioctl(file, commands[i], buffer) == -1 && errno == ENOTTY);
        CHECK(ioctl(999, commands[i], buffer) == -1 && errno == EBADF);
    }
    close(file);
}

// The disk's number, attached to the file, or -1.
static int attach(int file, char *path, size_t size, int *disk)
{
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0)
        return -1;
    // Others may take the one that is free.
    int number = -1;
    for (int tries = 0; tries < 50; tries++) {
        number = ioctl(control, LOOP_CTL_GET_FREE);
        if (number < 0)
            break;
        snprintf(path, size, "/dev/loop%d", number);
        *disk = open(path, O_RDWR | O_CLOEXEC);
        if (*disk < 0) {
            number = -1;
            break;
        }
        if (ioctl(*disk, LOOP_SET_FD, file) == 0)
            break;
        CHECK(errno == EBUSY);
        close(*disk);
        number = -1;
    }
    if (number >= 0) {
        CHECK(ioctl(control, LOOP_CTL_ADD, number) == -1 && errno == EEXIST);
        CHECK(ioctl(control, LOOP_CTL_REMOVE, number) == -1 && errno == EBUSY);
    }
    close(control);
    return number;
}

static void sizes_of(int disk, int file)
{
    uint64_t bytes = 0;
    unsigned long sectors = 0, ahead = 0;
    int sector = 0, block = 0, read_only = 1;
    unsigned physical = 0, least = 0;
    unsigned short rotational = 2;
    CHECK(ioctl(disk, BLKGETSIZE64, &bytes) == 0 && bytes == SIZE);
    CHECK(ioctl(disk, BLKGETSIZE, &sectors) == 0 && sectors == SIZE / SECTOR);
    CHECK(ioctl(disk, BLKSSZGET, &sector) == 0 && sector >= SECTOR);
    CHECK(ioctl(disk, BLKPBSZGET, &physical) == 0 && physical >= SECTOR);
    CHECK(ioctl(disk, BLKIOMIN, &least) == 0 && least >= SECTOR);
    CHECK(ioctl(disk, BLKROTATIONAL, &rotational) == 0 && rotational < 2);
    CHECK(ioctl(disk, BLKBSZGET, &block) == 0 && block >= SECTOR);
    block = 1024;
    CHECK(ioctl(disk, BLKBSZSET, &block) == 0 && ioctl(disk, BLKBSZGET, &block) == 0 &&
          block == 1024);
    CHECK(ioctl(disk, BLKROGET, &read_only) == 0 && read_only == 0);
    read_only = 1;
    CHECK(ioctl(disk, BLKROSET, &read_only) == 0 && ioctl(disk, BLKROGET, &read_only) == 0 &&
          read_only == 1);
    read_only = 0;
    CHECK(ioctl(disk, BLKROSET, &read_only) == 0);
    CHECK(ioctl(disk, BLKRASET, 64ul) == 0 && ioctl(disk, BLKRAGET, &ahead) == 0 && ahead == 64);
    CHECK(ioctl(disk, BLKFLSBUF) == 0);
    CHECK(ioctl(disk, BLKGETSIZE64, 16l) == -1 && errno == EFAULT);
    CHECK(ftruncate(file, 2 * SIZE) == 0 && ioctl(disk, LOOP_SET_CAPACITY) == 0);
    CHECK(ioctl(disk, BLKGETSIZE64, &bytes) == 0 && bytes == 2 * SIZE);
}

static void status_of(int disk, int number)
{
    struct loop_info64 info;
    CHECK(ioctl(disk, LOOP_GET_STATUS64, &info) == 0 && info.lo_number == (unsigned)number &&
          info.lo_offset == 0);
    strcpy((char *)info.lo_file_name, "a name");
    info.lo_offset = 4 * SECTOR;
    info.lo_sizelimit = 8 * SECTOR;
    info.lo_flags = LO_FLAGS_AUTOCLEAR;
    CHECK(ioctl(disk, LOOP_SET_STATUS64, &info) == 0);
    memset(&info, 0, sizeof info);
    CHECK(ioctl(disk, LOOP_GET_STATUS64, &info) == 0 && info.lo_offset == 4 * SECTOR &&
          info.lo_sizelimit == 8 * SECTOR && info.lo_flags & LO_FLAGS_AUTOCLEAR &&
          !strcmp((char *)info.lo_file_name, "a name"));
    struct loop_info old;
    memset(&old, 0, sizeof old);
    CHECK(ioctl(disk, LOOP_GET_STATUS, &old) == 0 && old.lo_offset == 4 * SECTOR && old.lo_flags & LO_FLAGS_AUTOCLEAR &&
          !strcmp(old.lo_name, "a name") && old.lo_inode == info.lo_inode && old.lo_number == (int)info.lo_number);
    strcpy(old.lo_name, "old name");
    old.lo_offset = 2 * SECTOR;
    CHECK(ioctl(disk, LOOP_SET_STATUS, &old) == 0 && ioctl(disk, LOOP_GET_STATUS64, &info) == 0 &&
          info.lo_offset == 2 * SECTOR && !strcmp((char *)info.lo_file_name, "old name"));
    info.lo_offset = 4 * SECTOR;
    info.lo_sizelimit = 8 * SECTOR;
    CHECK(ioctl(disk, LOOP_SET_STATUS64, &info) == 0);
    CHECK(ioctl(disk, LOOP_GET_STATUS, 16l) == -1 && errno == EFAULT);
    CHECK(ioctl(disk, LOOP_SET_STATUS, 16l) == -1 && errno == EFAULT);
    uint64_t bytes;
    CHECK(ioctl(disk, BLKGETSIZE64, &bytes) == 0 && bytes == 8 * SECTOR);
    CHECK(ioctl(disk, LOOP_GET_STATUS64, 16l) == -1 && errno == EFAULT);
    CHECK(ioctl(disk, LOOP_SET_STATUS64, 16l) == -1 && errno == EFAULT);
}

// Structures with a pointer in them: partitions.
static void partitions_of(int disk)
{
    struct blkpg_partition part = {.start = 0, .length = 2 * SECTOR, .pno = 1};
    struct blkpg_ioctl_arg wish = {
        .op = BLKPG_ADD_PARTITION, .datalen = sizeof part, .data = &part};
    // Some kernels have none on this kind of disk.
    bool made = ioctl(disk, BLKPG, &wish) == 0;
    CHECK(made || errno == EINVAL || errno == ENXIO);
    CHECK(!made || (ioctl(disk, BLKPG, &wish) == -1 && errno == EBUSY));
    wish.op = BLKPG_DEL_PARTITION;
    CHECK((ioctl(disk, BLKPG, &wish) == 0) == made);
    part.pno = 9;
    CHECK(ioctl(disk, BLKPG, &wish) == -1 && errno == ENXIO);
    wish.data = (void *)16;
    CHECK(ioctl(disk, BLKPG, &wish) == -1 && errno == EFAULT);
    wish.op = 77;
    wish.data = &part;
    CHECK(ioctl(disk, BLKPG, &wish) == -1);
    CHECK(ioctl(disk, BLKPG, 16l) == -1 && errno == EFAULT);
}

static void loop(void)
{
    char path[64];
    static char there[SECTOR], back[SECTOR];
    int disk = -1, file = open("disk.image", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(file >= 0 && ftruncate(file, SIZE) == 0);
    int number = attach(file, path, sizeof path, &disk);
    if (number < 0) {
        printf("no loop devices here: %s\n", strerror(errno));
        return;
    }
    memset(there, 'd', sizeof there);
    CHECK(pwrite(disk, there, SECTOR, 2 * SECTOR) == SECTOR && fsync(disk) == 0);
    CHECK(pread(file, back, SECTOR, 2 * SECTOR) == SECTOR && !memcmp(there, back, SECTOR));
    uint64_t range[2] = {2 * SECTOR, SECTOR};
    CHECK(ioctl(disk, BLKZEROOUT, range) == 0 && pread(disk, back, SECTOR, 2 * SECTOR) == SECTOR &&
          back[7] == 0);
    CHECK(ioctl(disk, BLKDISCARD, range) == 0 || errno == EOPNOTSUPP);
    CHECK(ioctl(disk, BLKZEROOUT, 16l) == -1 && errno == EFAULT);
    sizes_of(disk, file);
    partitions_of(disk);
    status_of(disk, number);
    CHECK(ioctl(disk, LOOP_SET_FD, file) == -1 && errno == EBUSY);
    CHECK(ioctl(disk, LOOP_CHANGE_FD, file) == -1 && errno == EINVAL); // it can be written to
    CHECK(ioctl(disk, LOOP_CLR_FD) == 0);
    close(disk);
    close(file);
    unlink("disk.image");
}

static void tun(void)
{
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), one = 1, size = 0, s;
    unsigned features = 0;
    if (fd < 0) {
        printf("no /dev/net/tun here: %s\n", strerror(errno));
        return;
    }
    CHECK(ioctl(fd, TUNGETFEATURES, &features) == 0 && features & IFF_TUN && features & IFF_TAP);
    CHECK(ioctl(fd, TUNGETFEATURES, 16l) == -1 && errno == EFAULT);
    struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI}, got = {0};
    snprintf(r.ifr_name, sizeof r.ifr_name, "tun%d", getpid()); // nobody else's, not even later
    CHECK(ioctl(fd, TUNGETIFF, &got) == -1 && errno == EBADFD);
    CHECK(ioctl(fd, TUNSETIFF, 16l) == -1 && errno == EFAULT);
    if (ioctl(fd, TUNSETIFF, &r) < 0) {
        CHECK(errno == EPERM);
        printf("no network may be made here: %s\n", strerror(errno));
        close(fd);
        return;
    }
    CHECK(!strncmp(r.ifr_name, "tun", 3));
    CHECK(ioctl(fd, TUNGETIFF, &got) == 0 && !strcmp(got.ifr_name, r.ifr_name) &&
          got.ifr_flags & IFF_TUN && got.ifr_flags & IFF_NO_PI);
    CHECK(ioctl(fd, TUNSETOWNER, (unsigned long)getuid()) == 0 &&
          ioctl(fd, TUNSETGROUP, (unsigned long)getgid()) == 0);
    CHECK(ioctl(fd, TUNGETSNDBUF, &size) == 0 && size > 0);
    size = 65536;
    CHECK(ioctl(fd, TUNSETSNDBUF, &size) == 0 && ioctl(fd, TUNGETSNDBUF, &one) == 0 && one == size);
    CHECK(ioctl(fd, TUNSETOFFLOAD, 0ul) == 0 && ioctl(fd, TUNSETPERSIST, 0ul) == 0);
    // The network that the rest of the system sees is the same one.
    s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK(s >= 0 && ioctl(s, SIOCGIFINDEX, &r) == 0 &&
          r.ifr_ifindex == (int)if_nametoindex(r.ifr_name));
    CHECK(ioctl(s, SIOCGIFMTU, &r) == 0 && r.ifr_mtu == 1500);
    r.ifr_mtu = 1400;
    CHECK(ioctl(s, SIOCSIFMTU, &r) == 0 && ioctl(s, SIOCGIFMTU, &r) == 0 && r.ifr_mtu == 1400);
    CHECK(ioctl(s, SIOCGIFFLAGS, &r) == 0 && r.ifr_flags & IFF_POINTOPOINT &&
          !(r.ifr_flags & IFF_UP));
    CHECK(ioctl(s, SIOCGIFADDR, &r) == -1 && errno == EADDRNOTAVAIL);
    char packet[16] = {0};
    CHECK(write(fd, packet, sizeof packet) == -1 &&
          (errno == EIO || errno == EINVAL)); // it is down, or no packet
    CHECK(read(fd, packet, sizeof packet) == -1 && (errno == EAGAIN || errno == EIO));
    close(s);
    close(fd);
    CHECK(if_nametoindex(r.ifr_name) == 0); // gone with its descriptor
}

int main(void)
{
    on_no_device();
    loop();
    tun();
    return guest_done();
}
