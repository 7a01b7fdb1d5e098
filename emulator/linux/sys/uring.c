// SPDX-License-Identifier: MIT
// io_uring: the rows of linux/uring.h.
#include "linux/uring.h"

#include "linux/sys.h"

SYSCALL2(425, io_uring_setup, fd, uint, entries, ptr, params)
{
    return uring_setup(entries, params);
}

SYSCALL6(426, io_uring_enter, int, fd, fd, uint, count, uint, least, hex, flags, ptr, arg, size,
         size)
{
    return uring_enter(t, fd, count, least, (uint32_t)flags, arg, size);
}

SYSCALL4(427, io_uring_register, int, fd, fd, uint, op, ptr, arg, uint, count)
{
    return uring_register(t, fd, op, arg, count);
}
