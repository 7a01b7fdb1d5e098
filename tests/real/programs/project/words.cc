// SPDX-License-Identifier: MIT
#include <map>
#include <stdexcept>
#include <string>

std::string word(int n)
{
    static const std::map<int, std::string> words{{1, "one"}, {2, "two"}, {3, "three"}};
    auto it = words.find(n);
    if (it == words.end())
        throw std::out_of_range("no word for " + std::to_string(n));
    return it->second;
}
