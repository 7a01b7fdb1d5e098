// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <thread>

extern "C" int sum(int n);
std::string word(int n);

int main(int, char **argv)
{
    int n = std::atoi(argv[1]), s = 0;
    std::thread adding([&] { s = sum(n); });
    adding.join();
    try {
        std::cout << word(n) << " is " << s << std::endl;
    } catch (const std::exception &e) {
        std::cout << e.what() << std::endl;
        return 1;
    }
}
