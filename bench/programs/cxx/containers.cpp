// SPDX-License-Identifier: MIT
// Standard containers: ordered and hashed maps, strings, sorting with a lambda.
#include "bench.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 400);
    uint32_t seed = 73;
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        std::map<uint32_t, uint32_t> ordered;
        std::unordered_map<std::string, uint32_t> hashed;
        std::vector<std::string> names;
        for (unsigned i = 0; i < 4000; i++) {
            uint32_t x = bench_random(&seed) % 3000;
            ordered[x] += i;
            std::string name = "key" + std::to_string(x % 500);
            hashed[name]++;
            if (i % 4 == 0)
                names.push_back(std::move(name));
        }
        std::sort(names.begin(), names.end(), [](const std::string &a, const std::string &b) { return b < a; });
        for (const auto &[key, value] : ordered)
            sum = sum * 31 + key + value;
        for (const auto &name : names)
            sum = sum * 7 + hashed[name] + name.size();
    }
    return bench_done(sum);
}
