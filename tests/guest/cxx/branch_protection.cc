// SPDX-License-Identifier: MIT
// variants: O1-static:-mbranch-protection=standard O1-dynamic:-mbranch-protection=standard O2-dynamic:-mbranch-protection=pac-ret+leaf+b-key O1-static:-mbranch-protection=pac-ret+leaf~-march=armv8.3-a O2-dynamic:-mbranch-protection=standard~-march=armv8.5-a
// Signed return addresses where they are looked at by others than RET: exceptions, longjmp, signal
// handlers, threads, calls through tables and libraries.
#include <algorithm>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

static int checks, failures;
#define CHECK(cond)                                    \
    do {                                               \
        checks++;                                      \
        if (!(cond)) {                                 \
            std::printf("line %d: %s\n", __LINE__, #cond); \
            failures++;                                \
        }                                              \
    } while (0)

static std::jmp_buf back;
static volatile int left; // destructors that ran

struct leaves {
    ~leaves()
    {
        left = left + 1;
    }
};

__attribute__((noinline)) static int deep(int n)
{
    leaves l;
    if (n == 0)
        throw std::runtime_error("deep");
    return deep(n - 1) + 1;
}

static int caught(int n)
{
    try {
        return deep(n);
    } catch (const std::exception &e) {
        return 1000 + n;
    }
}

static void on_signal(int sig)
{
    left = left + caught(3) + sig;
}

static void jump_out(int)
{
    std::longjmp(back, 7);
}

static void throw_again()
{
    try {
        deep(5);
    } catch (...) {
        throw;
    }
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

int main()
{
    CHECK(caught(40) == 1040 && left == 41);
    left = 0;
    int r = setjmp(back);
    if (r == 0)
        std::longjmp(back, 5);
    CHECK(r == 5);
    std::signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    CHECK(left == 1003 + 4 + SIGUSR1);
    std::signal(SIGUSR2, jump_out);
    r = setjmp(back);
    if (r == 0)
        raise(SIGUSR2);
    CHECK(r == 7);
    try {
        throw_again();
        CHECK(false);
    } catch (const std::runtime_error &) {
        CHECK(true);
    }
    int results[4] = {};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.emplace_back([&results, i] { results[i] = caught(10 * i); });
    for (auto &t : threads)
        t.join();
    CHECK(results[0] == 1000 && results[3] == 1030);
    int numbers[] = {5, 3, 9, 1};
    std::qsort(numbers, 4, sizeof *numbers, compare); // a library calls back
    CHECK(std::is_sorted(numbers, numbers + 4));
    std::printf("%d checks, %d failures\n", checks, failures);
    return failures != 0;
}
