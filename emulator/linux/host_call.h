// SPDX-License-Identifier: MIT
// System calls of the host, made without the C library: results are values or -errno, as guest rows
// return them, and no errno, cancellation point or cached state stands between.
//
//     host_call(SYS_x, ...)             a call that returns at once
//     host_call_blocking(t, SYS_x, ...) a call that may sleep: a signal for thread t that is
//     pending
//                                       or arrives before the call begins makes it return
//                                       -ERESTARTNOINTR without being made
//
// Numbers are the host's (SYS_*); up to six arguments, integers or pointers.
#ifndef EMU_LINUX_HOST_CALL_H
#define EMU_LINUX_HOST_CALL_H

#include "base/host.h"
#include "linux/signal.h"

#include <stdint.h>
#include <sys/syscall.h>

static ALWAYS_INLINE int64_t host_call_raw(long nr, long a0, long a1, long a2, long a3, long a4,
                                           long a5)
{
    long ret;
    register long r10 __asm__("r10") = a3;
    register long r8 __asm__("r8") = a4;
    register long r9 __asm__("r9") = a5;
    __asm__ volatile("syscall"
                     : "=a"(ret)
                     : "0"(nr), "D"(a0), "S"(a1), "d"(a2), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return ret;
}

// clang-format off
#define HOST_CALL_PICK(_0, _1, _2, _3, _4, _5, _6, n, ...) n
#define HOST_CALL_ARGS(...) \
    HOST_CALL_PICK(__VA_ARGS__, HOST_CALL_6, HOST_CALL_5, HOST_CALL_4, HOST_CALL_3, HOST_CALL_2, HOST_CALL_1, \
                   HOST_CALL_0, 0)(__VA_ARGS__)
#define HOST_CALL_0(n)                   (n), 0, 0, 0, 0, 0, 0
#define HOST_CALL_1(n, a)                (n), (long)(a), 0, 0, 0, 0, 0
#define HOST_CALL_2(n, a, b)             (n), (long)(a), (long)(b), 0, 0, 0, 0
#define HOST_CALL_3(n, a, b, c)          (n), (long)(a), (long)(b), (long)(c), 0, 0, 0
#define HOST_CALL_4(n, a, b, c, d)       (n), (long)(a), (long)(b), (long)(c), (long)(d), 0, 0
#define HOST_CALL_5(n, a, b, c, d, e)    (n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0
#define HOST_CALL_6(n, a, b, c, d, e, f) (n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)
#define host_call(...)              host_call_raw(HOST_CALL_ARGS(__VA_ARGS__))
#define host_call_blocking(t, ...)  host_syscall((t), HOST_CALL_ARGS(__VA_ARGS__))
// clang-format on

#endif
