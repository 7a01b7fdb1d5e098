// SPDX-License-Identifier: MIT
// A matrix of doubles.
#ifndef MATRIX_HPP
#define MATRIX_HPP

#include <cstddef>
#include <initializer_list>
#include <iosfwd>
#include <vector>

class Matrix
{
  public:
    Matrix(std::size_t rows, std::size_t columns, std::initializer_list<double> values = {});

    double &at(std::size_t row, std::size_t column);
    double at(std::size_t row, std::size_t column) const;

    // Throws std::invalid_argument when the shapes do not fit.
    Matrix operator*(const Matrix &right) const;

    // Throws std::domain_error when there is none.
    Matrix inverse() const;

    friend std::ostream &operator<<(std::ostream &out, const Matrix &matrix);

  private:
    std::size_t rows_;
    std::size_t columns_;
    std::vector<double> values_;
};

#endif
