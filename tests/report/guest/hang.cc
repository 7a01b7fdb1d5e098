// SPDX-License-Identifier: MIT
// Does not come to its end, in the way that its first argument names.
#include <atomic>
#include <barrier>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <future>
#include <latch>
#include <linux/futex.h>
#include <mutex>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <semaphore>
#include <shared_mutex>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <thread>
#include <time.h>
#include <unistd.h>

static std::mutex first, second;
static std::condition_variable condition;
static std::condition_variable_any any_condition;
static std::promise<int> promised;
static std::barrier meeting(2);
static std::latch gate(1);
static std::counting_semaphore<8> permits(0);
static std::atomic<int> value;
static sem_t counted;

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

// Waits for no semaphore.
__attribute__((noinline)) static int my_sem_wait()
{
    return pause() + 1;
}

// A mutex in shared memory that a child has.
static int shared_mutex()
{
    auto *m = (pthread_mutex_t *)mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t shared;
    pthread_mutexattr_init(&shared);
    pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(m, &shared);
    if (!fork()) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pthread_mutex_lock(m);
        pause();
    }
    while (!*(volatile int *)m)
        usleep(1000);
    return pthread_mutex_lock(m);
}

// A lock with priority inheritance as it is when its owner has given it away and the next one still sleeps.
static int given_lock()
{
    static unsigned word;
    static pid_t self = gettid();
    std::thread other([] {
        word = (unsigned)gettid();
        usleep(300000);
        __atomic_store_n(&word, (unsigned)self | FUTEX_WAITERS, __ATOMIC_RELAXED);
        prctl(PR_SET_NAME, "gave");
        pause();
    });
    while (!*(volatile unsigned *)&word)
        usleep(1000);
    return (int)syscall(SYS_futex, &word, FUTEX_LOCK_PI, 0, nullptr);
}

// A file that a child has locked.
static int locked_file()
{
    struct flock l {};
    l.l_type = F_WRLCK;
    int fd = fileno(tmpfile()), ends[2];
    if (pipe(ends))
        return 94;
    if (!fork()) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        fcntl(fd, F_SETLKW, &l);
        close(ends[1]);
        pause();
    }
    close(ends[1]);
    char c;
    return read(ends[0], &c, 1) || fcntl(fd, F_SETLKW, &l);
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
    if (how == "left") {
        std::thread([] { first.lock(); }).join();
        first.lock();
    }
    if (how == "shared")
        return shared_mutex();
    if (how == "given")
        return given_lock();
    if (how == "file")
        return locked_file();
    if (how == "condition") {
        std::unique_lock<std::mutex> lock(first);
        condition.wait(lock);
    }
    if (how == "any_condition") {
        std::unique_lock<std::mutex> lock(first);
        any_condition.wait(lock);
    }
    if (how == "future")
        return promised.get_future().get();
    if (how == "barrier")
        meeting.arrive_and_wait();
    if (how == "latch")
        gate.wait();
    if (how == "semaphore")
        permits.acquire();
    if (how == "atomic")
        value.wait(0);
    if (how == "sem_t")
        return sem_init(&counted, 0, 0) || sem_wait(&counted);
    if (how == "named")
        return my_sem_wait();
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
