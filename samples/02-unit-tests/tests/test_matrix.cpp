// SPDX-License-Identifier: MIT
#include "check.h"
#include "matrix.hpp"

#include <cmath>
#include <sstream>
#include <stdexcept>

template <typename Exception, typename Function> static bool throws(Function function)
{
    try {
        function();
    } catch (const Exception &) {
        return true;
    }
    return false;
}

static void test_product()
{
    const Matrix a(2, 3, {1, 2, 3, 4, 5, 6});
    const Matrix b(3, 2, {7, 8, 9, 10, 11, 12});
    std::ostringstream out;

    out << a * b;
    CHECK(out.str() == "58 64\n139 154\n");
    CHECK(throws<std::invalid_argument>([&] { a *a; }));
    CHECK(throws<std::out_of_range>([&] { a.at(2, 0); }));
}

static void test_inverse()
{
    const Matrix a(3, 3, {0, 2, 1, 1, -3, 4, 2, 1, 1});
    const Matrix one = a * a.inverse();

    for (std::size_t i = 0; i < 3; i++)
        for (std::size_t j = 0; j < 3; j++)
            CHECK(std::fabs(one.at(i, j) - (i == j ? 1 : 0)) < 1e-12);
    CHECK(throws<std::domain_error>([] { Matrix(2, 2, {1, 2, 2, 4}).inverse(); }));
    CHECK(throws<std::domain_error>([] { Matrix(1, 2).inverse(); }));
}

int main()
{
    test_product();
    test_inverse();
    return check_result();
}
