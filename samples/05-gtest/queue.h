// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>

// A queue of up to N values; taking from an empty one ends the program.
template <typename T, std::size_t N> class queue
{
public:
    bool put(T value)
    {
        if (count == N)
            return false;
        values[(first + count++) % N] = value;
        return true;
    }

    T take()
    {
        if (!count)
            std::abort();
        T value = values[first];
        first = (first + 1) % N;
        count--;
        return value;
    }

private:
    std::array<T, N> values{};
    std::size_t first = 0, count = 0;
};
