// SPDX-License-Identifier: MIT
// Uses both libraries, from C++, and prints what expected/report.txt says.
#include "matrix.hpp"
#include "words.h"

#include <iomanip>
#include <iostream>
#include <stdexcept>

int main()
{
    word words[3];
    const std::size_t count = words_count("to be or not to be, that is to say", words, 3);

    std::cout << count << " words\n";
    for (std::size_t i = 0; i < count; i++)
        std::cout << std::left << std::setw(8) << words[i].text << words[i].count << "\n";

    std::cout << Matrix(2, 2, {4, 7, 2, 6}).inverse() << std::fixed << std::setprecision(3)
              << Matrix(1, 2, {2.0 / 3, 1e6}) << std::scientific << 1e-10 << "\n";
    try {
        Matrix(2, 2).inverse();
    } catch (const std::domain_error &error) {
        std::cout << "error: " << error.what() << "\n";
    }
    return 0;
}
