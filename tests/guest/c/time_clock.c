// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// env: TZ=UTC0
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock)
{
    struct timespec t = {0};
    CHECK(clock_gettime(clock, &t) == 0 && t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void calendar(void)
{
    static const long stamps[] = {0,          951782400, 1234567890,  2147483647,
                                  4102444800, -1,        -86400 * 365};
    char text[128];
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        time_t t = stamps[i];
        struct tm tm;
        gmtime_r(&t, &tm);
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %a %A %b %B %j %U %W %u %y %p %I %Z %G-%V",
                 &tm);
        printf("%s | %s", text, asctime(&tm));
        CHECK(timegm(&tm) == t);
    }
    struct tm tm = {.tm_year = 124, .tm_mon = 13, .tm_mday = 35, .tm_hour = 30, .tm_isdst = -1};
    printf("%ld %s", (long)mktime(&tm), asctime(&tm));
    memset(&tm, 0, sizeof tm);
    CHECK(strptime("2023-11-05 06:07:08", "%Y-%m-%d %H:%M:%S", &tm) != NULL && tm.tm_mon == 10 &&
          tm.tm_sec == 8);
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    time_t summer = 1688212800, winter = 1672574400;
    printf("%s", ctime(&summer));
    printf("%s", ctime(&winter));
    localtime_r(&summer, &tm);
    printf("%s %ld %d %g\n", tm.tm_zone, tm.tm_gmtoff, tm.tm_isdst, difftime(summer, winter));
}

int main(void)
{
    calendar();
    double wall = seconds(CLOCK_REALTIME), mono = seconds(CLOCK_MONOTONIC),
           cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    CHECK(wall > 1.6e9 && mono > 0 && cpu >= 0);
    CHECK(seconds(CLOCK_BOOTTIME) > 0 && seconds(CLOCK_THREAD_CPUTIME_ID) >= 0 &&
          seconds(CLOCK_REALTIME_COARSE) > 1.6e9);
    struct timeval tv;
    CHECK(gettimeofday(&tv, NULL) == 0 && (double)tv.tv_sec - wall < 100 && tv.tv_usec < 1000000);
    CHECK(time(NULL) - (time_t)wall < 100);
    struct timespec res, ask = {0, 20000000}, left;
    CHECK(clock_getres(CLOCK_MONOTONIC, &res) == 0 && res.tv_sec == 0 && res.tv_nsec > 0);
    CHECK(nanosleep(&ask, &left) == 0);
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &ask, NULL) == 0);
    CHECK(usleep(1000) == 0);
    double later = seconds(CLOCK_MONOTONIC);
    CHECK(later - mono >= 0.041 && later - mono < 30);
    CHECK(clock_gettime(9999, &res) == -1 && errno == EINVAL);
    ask.tv_nsec = 1000000000;
    CHECK(nanosleep(&ask, NULL) == -1 && errno == EINVAL);
    for (volatile long i = 0; i < 300000; i++)
        ;
    CHECK(seconds(CLOCK_PROCESS_CPUTIME_ID) > cpu && clock() > 0);
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss > 0);
    struct tms tms;
    CHECK(times(&tms) != (clock_t)-1 && sysconf(_SC_CLK_TCK) == 100);
    unsigned long previous = 0, ticks, rate;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(rate));
    CHECK(rate >= 1000000);
    for (int i = 0; i < 100; i++) {
        __asm__ volatile("isb\n mrs %0, cntvct_el0" : "=r"(ticks));
        CHECK(ticks >= previous);
        previous = ticks;
    }
    return guest_done();
}
