// SPDX-License-Identifier: MIT
// Virtual functions and exceptions across a shared library, threads, atomics, stream formatting.
#include "shapes.h"

#include <atomic>
#include <iomanip>
#include <iostream>
#include <thread>
#include <vector>

int main()
{
    std::cout << "area " << std::fixed << std::setprecision(2) << make_shape(0, 5)->area() << '\n';
    try {
        make_shape(2, 1);
    } catch (const no_such_shape &e) {
        std::cout << e.what() << '\n';
    }
    std::atomic<long> sum{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++)
        threads.emplace_back([&sum, t] {
            for (long i = t + 1; i <= 1000000; i += 4)
                sum += i;
        });
    for (auto &thread : threads)
        thread.join();
    std::cout << "sum " << sum << " of " << threads.size() << " threads\n";
}
