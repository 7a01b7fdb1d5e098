// SPDX-License-Identifier: MIT
// variants: O2-dynamic O2-static:-mno-outline-atomics O2-dynamic:-march=armv8.2-a
// flags: -std=c++20
// libs: pthread
/* What C++20 offers threads, all at once and with exceptions thrown through it: async, waiting on atomics, latches,
 * barriers, semaphores, shared locks, stop tokens, destructors of thread-local objects. */
#include "guest.h"

#include <array>
#include <atomic>
#include <barrier>
#include <future>
#include <latch>
#include <map>
#include <memory>
#include <numeric>
#include <semaphore>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static constexpr int THREADS = 8;

static std::atomic<int> alive, built, destroyed;

struct Local {
    std::string name;
    Local() : name("local " + std::to_string(built.fetch_add(1)))
    {
        alive++;
    }
    ~Local()
    {
        alive--;
        destroyed++;
    }
};

static thread_local Local local_a;
static thread_local std::unique_ptr<Local> local_b;

static void in_threads(int n, const auto &body)
{
    std::vector<std::jthread> threads;
    for (int i = 0; i < n; i++)
        threads.emplace_back([&body, i] { body(i); });
}

static void thread_locals()
{
    for (int round = 0; round < 10; round++)
        in_threads(THREADS, [](int i) {
            CHECK(local_a.name.starts_with("local "));
            if (i % 2)
                local_b = std::make_unique<Local>();
        });
    CHECK(alive == 0);
    CHECK(built == destroyed && built == 10 * (THREADS + THREADS / 2));
}

static int thrower(int depth, int value)
{
    std::string on_the_way(100, 'x');
    if (depth == 0) {
        if (value % 3 == 0)
            throw std::out_of_range("value " + std::to_string(value));
        if (value % 3 == 1)
            throw value;
        return value;
    }
    return thrower(depth - 1, value) + static_cast<int>(on_the_way.size()) - 100;
}

static void exceptions_and_async()
{
    std::vector<std::future<int>> results;
    for (int i = 0; i < 60; i++)
        results.push_back(std::async(std::launch::async, thrower, i % 20, i));
    int values = 0, ints = 0, ranges = 0;
    for (auto &r : results) {
        try {
            values += r.get();
        } catch (int i) {
            ints += i;
        } catch (const std::exception &e) {
            ranges += std::stoi(std::string(e.what()).substr(6));
        }
    }
    CHECK(values == 610 && ints == 590 && ranges == 570);
    std::atomic<int> caught{0};
    in_threads(THREADS, [&](int i) {
        for (int k = 0; k < 300; k++) {
            try {
                thrower(k % 12, k * 3 + i % 2);
            } catch (const std::logic_error &) {
                caught++;
            } catch (int) {
                caught++;
            }
        }
    });
    CHECK(caught == THREADS * 300);
}

static void waiting_on_atomics()
{
    std::atomic<int> turn{0};
    long sum = 0;
    in_threads(4, [&](int i) {
        for (int k = 0; k < 50; k++) {
            for (int t; (t = turn.load()) % 4 != i;)
                turn.wait(t);
            sum += turn.load();
            turn.fetch_add(1);
            turn.notify_all();
        }
    });
    CHECK(turn == 200 && sum == 19900);
    std::atomic_flag flag;
    std::jthread setter([&] {
        flag.test_and_set();
        flag.notify_one();
    });
    flag.wait(false);
    CHECK(flag.test());
}

static void meeting()
{
    std::latch start(THREADS);
    std::array<int, THREADS> row{};
    int rounds = 0, total = 0;
    std::barrier step(THREADS, [&]() noexcept {
        rounds++;
        total += std::accumulate(row.begin(), row.end(), 0);
    });
    std::counting_semaphore<2> two(2);
    std::atomic<int> inside{0}, most{0};
    in_threads(THREADS, [&](int i) {
        start.arrive_and_wait();
        for (int k = 0; k < 20; k++) {
            row[i] = k + i;
            step.arrive_and_wait();
            two.acquire();
            int now = ++inside;
            for (int old = most; old < now && !most.compare_exchange_weak(old, now);)
                ;
            inside--;
            two.release();
        }
    });
    CHECK(rounds == 20);
    CHECK(total == 20 * 28 + 8 * 190);
    CHECK(most >= 1 && most <= 2);
}

static void shared_locks()
{
    std::shared_mutex mutex;
    std::map<int, std::string> table;
    std::atomic<long> found{0}, wrong{0};
    in_threads(THREADS, [&](int i) {
        for (int k = 0; k < 200; k++) {
            if ((k + i) % 4 == 0) {
                std::unique_lock lock(mutex);
                table[k] = std::to_string(k);
            } else {
                std::shared_lock lock(mutex);
                auto it = table.find(k - 1);
                if (it != table.end()) {
                    found++;
                    wrong += it->second != std::to_string(k - 1);
                }
            }
        }
    });
    CHECK(table.size() == 200 && wrong == 0);
}

static void stopping()
{
    std::atomic<long> turns{0};
    std::jthread worker([&](std::stop_token stop) {
        while (!stop.stop_requested())
            turns++;
    });
    while (turns < 1000)
        std::this_thread::yield();
    worker.request_stop();
    worker.join();
    CHECK(turns >= 1000);
    std::once_flag once;
    std::atomic<int> calls{0}, failures{0};
    in_threads(THREADS, [&](int) {
        try {
            std::call_once(once, [&] {
                if (calls++ < 2)
                    throw std::runtime_error("not yet");
            });
        } catch (const std::runtime_error &) {
            failures++;
        }
    });
    CHECK(calls == 3 && failures == 2);
}

static void shared_pointers()
{
    auto first = std::make_shared<Local>();
    std::atomic<std::shared_ptr<Local>> slot(first);
    in_threads(THREADS, [&](int i) {
        for (int k = 0; k < 200; k++) {
            if ((k + i) % 16 == 0)
                slot.store(std::make_shared<Local>());
            auto mine = slot.load();
            auto copy = mine;
            CHECK(copy.use_count() >= 2);
        }
    });
    slot.store(nullptr);
    first.reset();
    CHECK(alive == 0 && built == destroyed);
}

int main()
{
    thread_locals();
    exceptions_and_async();
    waiting_on_atomics();
    meeting();
    shared_locks();
    stopping();
    shared_pointers();
    return guest_failures ? guest_done() : 0;
}
