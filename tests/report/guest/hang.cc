// SPDX-License-Identifier: MIT
// Does not come to its end, in the way that its first argument names.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <poll.h>
#include <pthread.h>
#include <shared_mutex>
#include <string>
#include <thread>
#include <time.h>
#include <unistd.h>

static std::mutex first, second;

__attribute__((noinline)) static void take(std::mutex &a, std::mutex &b)
{
    a.lock();
    usleep(100000);
    b.lock();
    b.unlock();
    a.unlock();
}

__attribute__((noinline)) static long spin(long start)
{
    for (volatile long n = start; n;)
        n = n + 2;
    return start;
}

// Waits in system calls that a handler's return does not restart: they may not end early.
static int undisturbed()
{
    int ends[2];
    if (pipe(ends))
        return 90;
    std::thread writer([&] {
        usleep(6500000);
        if (write(ends[1], "x", 1) != 1)
            _exit(91);
    });
    std::thread sleeper([] {
        timespec time{6, 0};
        if (nanosleep(&time, nullptr))
            _exit(92);
    });
    pollfd wait{ends[0], POLLIN, 0};
    if (poll(&wait, 1, -1) != 1)
        return 93;
    writer.join();
    sleeper.join();
    puts("undisturbed");
    return 0;
}

int main(int, char **argv)
{
    std::string how = argv[1];
    if (how == "handled")
        signal(SIGTERM, [](int) { _exit(33); });
    puts("begin");
    fflush(stdout);
    if (how == "mutexes") {
        std::thread other([] { take(second, first); });
        take(first, second);
        other.join();
    }
    if (how == "self") {
        first.lock();
        first.lock();
    }
    if (how == "join")
        std::thread([] { pause(); }).join();
    if (how == "rwlock") {
        static std::shared_mutex lock;
        std::thread other([] {
            lock.lock();
            pause();
        });
        usleep(100000);
        lock.lock();
    }
    if (how == "spin")
        return (int)spin(1);
    if (how == "read") {
        char c;
        int ends[2];
        return pipe(ends) || read(ends[0], &c, 1) != 1;
    }
    if (how == "fork")
        return fork() ? pause() : (int)spin(1);
    if (how == "handled")
        pause();
    if (how == "undisturbed")
        return undisturbed();
    return 97;
}
