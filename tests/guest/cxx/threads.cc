// SPDX-License-Identifier: MIT
// variants: O2-static O2-dynamic
// libs: pthread
// std::thread and what stands on it.
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <exception>
#include <future>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

class Queue
{
public:
    void put(int v)
    {
        std::lock_guard<std::mutex> lock(mutex);
        items.push_back(v);
        ready.notify_one();
    }

    int take()
    {
        std::unique_lock<std::mutex> lock(mutex);
        ready.wait(lock, [this] { return !items.empty(); });
        int v = items.front();
        items.pop_front();
        return v;
    }

private:
    std::mutex mutex;
    std::condition_variable ready;
    std::deque<int> items;
};

static long sum_queue()
{
    Queue queue;
    std::atomic<long> sum{0};
    std::vector<std::thread> workers;
    for (int w = 0; w < 4; w++)
        workers.emplace_back([&] {
            for (int v; (v = queue.take()) >= 0;)
                sum += v;
        });
    for (int i = 0; i < 2000; i++)
        queue.put(i);
    for (int w = 0; w < 4; w++)
        queue.put(-1);
    for (auto &worker : workers)
        worker.join();
    return sum;
}

static std::once_flag once;
static thread_local std::string name = "fresh";

int main()
{
    std::printf("queue %ld\n", sum_queue());
    std::atomic<int> calls{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; i++)
        threads.emplace_back([&calls] {
            name += " changed";
            std::call_once(once, [&calls] { calls++; });
        });
    for (auto &t : threads)
        t.join();
    std::printf("once %d, %s\n", calls.load(), name.c_str());
    std::vector<int> numbers(10000);
    std::iota(numbers.begin(), numbers.end(), 1);
    auto half = [&](size_t from, size_t to) {
        return std::accumulate(numbers.begin() + from, numbers.begin() + to, 0L);
    };
    auto a = std::async(std::launch::async, half, 0, 5000), b = std::async(std::launch::async, half, 5000, 10000);
    std::printf("async %ld\n", a.get() + b.get());
    auto failing = std::async(std::launch::async, []() -> int { throw std::runtime_error("from a thread"); });
    try {
        failing.get();
    } catch (const std::exception &e) {
        std::printf("caught %s\n", e.what());
    }
    std::promise<std::string> promise;
    auto future = promise.get_future();
    std::thread giver([&promise] { promise.set_value("promised"); });
    std::printf("%s\n", future.get().c_str());
    giver.join();
    return 0;
}
