// SPDX-License-Identifier: MIT
// Clocks, sleeping and timers.
#include "linux/host_call.h"
#include "linux/sys.h"

#include <time.h>
#include <unistd.h>

SYSCALL2(113, clock_gettime, int, clockid, clock, out_timespec, now)
{
    return host_call(SYS_clock_gettime, clock, now);
}

SYSCALL2(112, clock_settime, int, clockid, clock, in_timespec, now)
{
    return host_call(SYS_clock_settime, clock, now);
}

SYSCALL2(114, clock_getres, int, clockid, clock, out_timespec, resolution)
{
    return host_call(SYS_clock_getres, clock, resolution);
}

SYSCALL4(115, clock_nanosleep, int, clockid, clock, hex, flags, in_timespec, request, ptr, remain)
{
    return host_call_blocking(t, SYS_clock_nanosleep, clock, flags, request, remain);
}

SYSCALL2(101, nanosleep, int, in_timespec, request, ptr, remain)
{
    return host_call_blocking(t, SYS_nanosleep, request, remain);
}

SYSCALL2(169, gettimeofday, int, out_timeval, now, ptr, zone)
{
    return host_call(SYS_gettimeofday, now, zone);
}

SYSCALL2(170, settimeofday, int, in_timeval, now, ptr, zone)
{
    return host_call(SYS_settimeofday, now, zone);
}

SYSCALL1(171, adjtimex, int, ptr, timex)
{
    return host_call(SYS_adjtimex, timex);
}

SYSCALL2(266, clock_adjtime, int, clockid, clock, ptr, timex)
{
    return host_call(SYS_clock_adjtime, clock, timex);
}

SYSCALL3(107, timer_create, int, clockid, clock, ptr, event, out_int, timer)
{
    return host_call(SYS_timer_create, clock, event, timer);
}

SYSCALL4(110, timer_settime, int, int, timer, hex, flags, in_itimerspec, value, out_itimerspec, old)
{
    return host_call(SYS_timer_settime, timer, flags, value, old);
}

SYSCALL2(108, timer_gettime, int, int, timer, out_itimerspec, value)
{
    return host_call(SYS_timer_gettime, timer, value);
}

SYSCALL1(109, timer_getoverrun, int, int, timer)
{
    return host_call(SYS_timer_getoverrun, timer);
}

SYSCALL1(111, timer_delete, int, int, timer)
{
    return host_call(SYS_timer_delete, timer);
}

SYSCALL2(85, timerfd_create, fd, clockid, clock, fdflags, flags)
{
    return host_call(SYS_timerfd_create, clock, flags);
}

SYSCALL4(86, timerfd_settime, int, fd, fd, hex, flags, in_itimerspec, value, out_itimerspec, old)
{
    return host_call(SYS_timerfd_settime, fd, flags, value, old);
}

SYSCALL2(87, timerfd_gettime, int, fd, fd, out_itimerspec, value)
{
    return host_call(SYS_timerfd_gettime, fd, value);
}

SYSCALL1(153, times, long, ptr, buf)
{
    return host_call(SYS_times, buf);
}
