// SPDX-License-Identifier: MIT
#ifdef CATCH_2
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#else
#include <catch2/catch_all.hpp>
#endif

#include <string>

static std::string roman(int n)
{
    if (n <= 0)
        throw std::invalid_argument("the Romans had no such number");
    static const std::pair<int, const char *> letters[] = {
        {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
        {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"},
    };
    std::string text;
    for (auto [value, letter] : letters)
        for (; n >= value; n -= value)
            text += letter;
    return text;
}

TEST_CASE("numbers are written", "[roman]")
{
    auto [n, text] = GENERATE(table<int, std::string>({{1, "I"}, {4, "IV"}, {1994, "MCMXCIV"}, {2024, "MMXXIV"}}));
    REQUIRE(roman(n) == text);
}

TEST_CASE("there is no zero", "[roman]")
{
    REQUIRE_THROWS_AS(roman(0), std::invalid_argument);
}
