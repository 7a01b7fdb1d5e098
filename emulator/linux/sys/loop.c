// SPDX-License-Identifier: MIT
// LOOP_SET_STATUS and LOOP_GET_STATUS: their structure has device numbers of 32 bits on arm64 and
// of 64 on x86-64.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/sys/ioctl.h"

#include <errno.h>
#include <linux/loop.h>
#include <string.h>

struct arm64_loop_info {
    int32_t lo_number;
    uint32_t lo_device;
    uint64_t lo_inode;
    uint32_t lo_rdevice;
    int32_t lo_offset, lo_encrypt_type, lo_encrypt_key_size, lo_flags;
    char lo_name[LO_NAME_SIZE];
    unsigned char lo_encrypt_key[LO_KEY_SIZE];
    uint64_t lo_init[2];
    char reserved[4];
};

#define CONVERT(to, from)                                                \
    do {                                                                 \
        (to).lo_number = (from).lo_number;                               \
        (to).lo_device = (uint32_t)(from).lo_device;                     \
        (to).lo_inode = (from).lo_inode;                                 \
        (to).lo_rdevice = (uint32_t)(from).lo_rdevice;                   \
        (to).lo_offset = (from).lo_offset;                               \
        (to).lo_encrypt_type = (from).lo_encrypt_type;                   \
        (to).lo_encrypt_key_size = (from).lo_encrypt_key_size;           \
        (to).lo_flags = (from).lo_flags;                                 \
        memcpy((to).lo_name, (from).lo_name, LO_NAME_SIZE);              \
        memcpy((to).lo_encrypt_key, (from).lo_encrypt_key, LO_KEY_SIZE); \
        memcpy((to).lo_init, (from).lo_init, sizeof(to).lo_init);        \
    } while (0)

int64_t loop_set_status(struct thread *t, int fd, unsigned cmd, uint64_t arg)
{
    struct arm64_loop_info given;
    struct loop_info info = {0};
    if (!guest_read(&given, arg, sizeof given)) // what is no loop says so all the same
        return host_call(SYS_ioctl, fd, cmd, GUEST_NOWHERE);
    CONVERT(info, given);
    return host_call_blocking(t, SYS_ioctl, fd, cmd, &info);
}

int64_t loop_get_status(struct thread *t, int fd, unsigned cmd, uint64_t arg)
{
    struct arm64_loop_info shown = {0};
    struct loop_info info;
    int64_t r = host_call_blocking(t, SYS_ioctl, fd, cmd, &info);
    if (r < 0)
        return r;
    CONVERT(shown, info);
    return guest_write(arg, &shown, sizeof shown) ? 0 : -EFAULT;
}
