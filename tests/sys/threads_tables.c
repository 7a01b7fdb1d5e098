// SPDX-License-Identifier: MIT
// native: arm64 code
// Threads that change the process's tables at once: mappings, dispositions, limits, /proc/self views,
// threads that begin and end, and forks in the middle of it, whose children use all of that again.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, SECONDS = 2 };

static _Atomic bool over;
static _Atomic unsigned long wrong, handled;

static _Atomic int wrong_line; // of the last one

static void expect_at(bool what, int line)
{
    if (!what) {
        wrong++;
        wrong_line = line;
    }
}
#define expect(what) expect_at(what, __LINE__)

static void mappings(void)
{
    unsigned char *p =
        mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    expect(p != MAP_FAILED);
    for (unsigned i = 0; i < 8; i++) {
        expect(p[i * PAGE] == 0);
        p[i * PAGE] = (unsigned char)i;
    }
    expect(!mprotect(p + PAGE, PAGE, PROT_READ));
    expect(!munmap(p + 3 * PAGE, PAGE));
    expect(!munmap(p, 3 * PAGE));
    p = mremap(p + 4 * PAGE, 4 * PAGE, 16 * PAGE, MREMAP_MAYMOVE);
    expect(p != MAP_FAILED && p[0] == 4 && p[3 * PAGE] == 7 && p[15 * PAGE] == 0);
    expect(!munmap(p, 16 * PAGE));
}

// A function of one's own, rewritten again and again at an address of its own.
static void code(void)
{
    unsigned *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    expect(p != MAP_FAILED);
    for (unsigned i = 0; i < 3; i++) {
        p[0] = 0x52800000 | i << 5; // mov w0, #i
        p[1] = 0xd65f03c0;          // ret
        __builtin___clear_cache((char *)p, (char *)(p + 2));
        expect(!mprotect(p, PAGE, PROT_READ | PROT_EXEC));
        expect(((unsigned (*)(void))p)() == i);
        expect(!mprotect(p, PAGE, PROT_READ | PROT_WRITE));
    }
    expect(!munmap(p, PAGE));
}

static void handler(int sig)
{
    handled += sig == SIGUSR1;
}

static void dispositions(void)
{
    struct sigaction a = {.sa_handler = handler}, old;
    expect(!sigaction(SIGUSR1, &a, &old));
    expect(old.sa_handler == handler);
    unsigned long before = handled;
    raise(SIGUSR1);
    expect(handled > before);
}

static void views(void)
{
    char text[65536];
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    expect(fd >= 0);
    ssize_t n = read(fd, text, sizeof text - 1);
    expect(n > 0);
    text[n > 0 ? n : 0] = 0;
    expect(strstr(text, "[stack]"));
    close(fd);
    struct rlimit limit;
    expect(!getrlimit(RLIMIT_AS, &limit) && !setrlimit(RLIMIT_AS, &limit));
}

static void segments(void)
{
    int id = shmget(IPC_PRIVATE, PAGE, 0600);
    if (id < 0)
        return; // the system's limit on them
    int *p = shmat(id, NULL, 0);
    expect(p != (void *)-1);
    *p = 1;
    expect(!shmdt(p));
    expect(!shmctl(id, IPC_RMID, NULL));
}

static void *nothing(void *argument)
{
    return argument;
}

static void threads(void)
{
    pthread_t t;
    void *result;
    if (pthread_create(&t, NULL, nothing, (void *)&wrong)) {
        wrong++;
        return;
    }
    expect(!pthread_join(t, &result) && result == (void *)&wrong);
}

static void children(void)
{
    pid_t pid = fork();
    if (!pid) {
        wrong = 0;
        mappings();
        code();
        dispositions();
        views();
        threads();
        _exit(wrong ? wrong_line : 7);
    }
    int status;
    expect(pid > 0);
    expect(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    expect_at(WEXITSTATUS(status) == 7, 1000 + WEXITSTATUS(status));
}

static void (*const jobs[])(void) = {mappings, mappings, code,     code,    dispositions,
                                     views,    segments, children, threads, threads};
enum { JOBS = sizeof jobs / sizeof *jobs };
static _Atomic unsigned long rounds[JOBS];

static void *worker(void *argument)
{
    unsigned i = (unsigned)(unsigned long)argument;
    while (!over) {
        jobs[i]();
        rounds[i]++;
    }
    return NULL;
}

int main(void)
{
    pthread_t t[JOBS];
    struct sigaction a = {.sa_handler = handler};
    sigaction(SIGUSR1, &a, NULL);
    for (unsigned long i = 0; i < JOBS; i++)
        expect(!pthread_create(&t[i], NULL, worker, (void *)i));
    sleep(SECONDS);
    for (unsigned i = 0; i < JOBS; i++)
        while (!rounds[i]) // on a busy machine
            usleep(10000);
    over = true;
    for (unsigned i = 0; i < JOBS; i++) {
        CHECK(pthread_join(t[i], NULL) == 0);
        CHECK(rounds[i] > 0);
    }
    CHECK(wrong == 0);
    CHECK(wrong_line == 0); // where
    return guest_done();
}
