// SPDX-License-Identifier: MIT
// Goes wrong in the way that its first argument names.
#include <atomic>
#include <cassert>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#define NOINLINE __attribute__((noinline))
volatile int always = 1;
static char data_not_code[64] __attribute__((aligned(16)));

struct list {
    list *next;
    int value[8];
};

static inline __attribute__((always_inline)) int third(const list *l)
{
    return *(const volatile int *)&l->value[2];
}
static inline __attribute__((always_inline)) int middle(const list *l)
{
    return third(l) * 3;
}
NOINLINE int outer(const list *l)
{
    return middle(l) + always;
}

NOINLINE int recurse(volatile char *above, int n)
{
    volatile char page[4096];
    page[0] = above[0];
    return recurse(page, n + 1) + page[1];
}

NOINLINE void give_back(void *p, size_t size)
{
    munmap(p, size);
}

NOINLINE int use(const volatile int *p)
{
    return *p + 1;
}

NOINLINE void raise_exception(int n)
{
    if (n)
        throw std::runtime_error("nobody catches this");
}

static void on_signal(int)
{
    always = outer(nullptr);
}

NOINLINE void throw_into(const std::string &s)
{
    raise_exception((int)s.size());
}

// A stack pointer that leads nowhere.
NOINLINE void lose_stack(uintptr_t sp)
{
    __asm__ volatile("mov sp, %0\n mov x29, %0\n mov x30, %0\n str x0, [%0, #-16]" ::"r"(sp) : "memory");
}

NOINLINE int recurse_closely(int n)
{
    volatile int here = n;
    return recurse_closely(n + 1) + here;
}

NOINLINE void lets_none_out(int n) noexcept
{
    raise_exception(n);
}

// A handler on a stack of its own, which is too small for it.
static void overflow_altstack()
{
    char *p = (char *)mmap(nullptr, 0x20000, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(p + 0x10000, 0x10000, PROT_READ | PROT_WRITE);
    stack_t s{};
    s.ss_sp = p + 0x10000;
    s.ss_size = 0x10000;
    sigaltstack(&s, nullptr);
    struct sigaction a {};
    a.sa_handler = [](int n) { always = recurse(data_not_code, n); };
    a.sa_flags = SA_ONSTACK;
    sigaction(SIGUSR1, &a, nullptr);
    raise(SIGUSR1);
}

static void write_too_much()
{
    rlimit limit{0, RLIM_INFINITY};
    FILE *f = tmpfile();
    setrlimit(RLIMIT_FSIZE, &limit);
    fputs("text", f);
    fflush(f);
}

static std::mutex held;
static std::atomic<long> spins;

static void many_threads()
{
    std::vector<std::thread> all;
    held.lock();
    for (int i = 0; i < 11; i++)
        all.emplace_back([i] {
            if (i == 0)
                for (;;)
                    spins.store(spins.load() + 1);
            if (i % 2)
                std::lock_guard<std::mutex> guard(held);
            else
                sleep(1000);
        });
    usleep(200000);
    outer(nullptr);
}

int main(int argc, char **argv)
{
    std::string how = argc > 1 ? argv[1] : "null";
    puts("begin");
    fflush(stdout);
    if (how == "null")
        return outer(nullptr);
    if (how == "wild")
        return use((const int *)0x123456789000);
    if (how == "noncanonical")
        return use((const int *)0x00ff123456789000);
    if (how == "stack")
        return recurse(data_not_code, 0);
    if (how == "narrow")
        return recurse_closely(0);
    if (how == "nosp")
        lose_stack(0);
    if (how == "wildsp")
        lose_stack(0x123456789000);
    if (how == "munmap") {
        int *p = (int *)mmap(nullptr, 0x4000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        p[0] = 1;
        give_back(p, 0x4000);
        return use(p + 1025);
    }
    if (how == "unload") { // as dlclose does
        int fd = open("/proc/self/exe", O_RDONLY);
        void *p = mmap(nullptr, 0x4000, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
        give_back(p, 0x4000);
        return ((int (*)())((char *)p + 0x40))();
    }
    if (how == "readonly") {
        *(volatile char *)(uintptr_t)"constant" = 1;
        return 0;
    }
    if (how == "data")
        return ((int (*)())(void *)data_not_code)();
    if (how == "nowhere")
        return ((int (*)())0x40)();
    if (how == "abort")
        abort();
    if (how == "assert")
        assert(always == 2 && "the reason");
    if (how == "exception")
        throw_into(how);
    if (how == "noexcept")
        lets_none_out((int)how.size());
    if (how == "lambda")
        std::thread([]() NOINLINE { throw std::out_of_range("in a thread"); }).join();
    if (how == "number")
        throw 5;
    if (how == "altstack")
        overflow_altstack();
    if (how == "filesize")
        write_too_much();
    if (how == "handler") {
        signal(SIGUSR1, on_signal);
        raise(SIGUSR1);
    }
    if (how == "thread")
        std::thread([] {
            usleep(100000);
            always = outer(nullptr);
        }).join();
    if (how == "threads")
        many_threads();
    if (how == "undefined")
        __asm__ volatile(".inst 0x00000000");
    if (how == "trap")
        __builtin_trap();
    if (how == "sysraise")
        raise(SIGSYS);
    if (how == "fork") {
        int status;
        pid_t child = fork();
        if (!child)
            return outer(nullptr);
        waitpid(child, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 99;
    }
    if (how == "vfork") {
        int status;
        pid_t child = vfork();
        if (!child)
            _exit(outer(nullptr));
        waitpid(child, &status, 0);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 99;
    }
    if (how == "pac") // hints: a processor without pointer authentication does nothing
        __asm__ volatile("hint #25\n eor x30, x30, #(1 << 50)\n hint #29" ::: "x30");
    if (how == "bti") {
        unsigned *code = (unsigned *)mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        code[0] = 0xd65f03c0; // ret
        __builtin___clear_cache((char *)code, (char *)(code + 1));
        if (mprotect(code, 4096, PROT_READ | PROT_EXEC | 0x10))
            return 96;
        ((void (*)())(void *)code)();
        return 0;
    }
    if (how == "tag") {
        prctl(PR_SET_TAGGED_ADDR_CTRL, 1 | 2 | 0xfffe << 3, 0, 0, 0); // synchronous checks
        char *p = (char *)mmap(nullptr, 4096, PROT_READ | PROT_WRITE | 0x20, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        char *tagged = (char *)((unsigned long)p | 5ul << 56);
        __asm__ volatile(".arch armv8.5-a+memtag\n stg %0, [%0]" ::"r"(tagged) : "memory");
        *(volatile char *)tagged = 1;
        return use((int *)(void *)((unsigned long)p | 7ul << 56));
    }
    if (how == "elsewhere") {
        if (chdir("/"))
            return 95;
        return outer(nullptr);
    }
    if (how == "vforking") { // one thread waits for its vfork child when another dies
        std::thread other([] {
            if (!vfork()) {
                usleep(3000000);
                _exit(0);
            }
        });
        usleep(200000);
        return outer(nullptr);
    }
    if (how == "aligned")
        return (int)__atomic_load_n((long *)(void *)(data_not_code + 9), __ATOMIC_ACQUIRE);
    if (how == "file") {
        FILE *f = tmpfile();
        char *p = (char *)mmap(nullptr, 8192, PROT_READ, MAP_SHARED, fileno(f), 0);
        return use((int *)(void *)p);
    }
    if (how == "lacks")
        __asm__ volatile(".inst 0xf8200000"); // ldadd: FEAT_LSE
    if (how == "kill") {
        kill(getpid(), SIGSEGV);
        pause();
    }
    if (how == "exec") {
        execl(argv[0], argv[0], "null", (char *)nullptr);
        return 98;
    }
    if (how == "registers")
        __asm__ volatile("mov x19, #0x1919\n mov x28, #0x2828\n fmov d8, #1.5\n mov v31.d[0], x19\n"
                         "mov v31.d[1], x28\n msr fpsr, x19\n msr tpidr_el0, x28\n"
                         "mov x0, #0\n str x19, [x0, #64]\n" ::
                             : "x0", "x19", "x28", "v8", "v31", "memory");
    fprintf(stderr, "unknown: %s\n", how.c_str());
    return 97;
}
