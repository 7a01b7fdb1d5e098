// SPDX-License-Identifier: MIT
#include "matrix.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <stdexcept>

Matrix::Matrix(std::size_t rows, std::size_t columns, std::initializer_list<double> values)
    : rows_(rows), columns_(columns), values_(values)
{
    values_.resize(rows * columns);
}

double &Matrix::at(std::size_t row, std::size_t column)
{
    return values_.at(row * columns_ + column);
}

double Matrix::at(std::size_t row, std::size_t column) const
{
    return values_.at(row * columns_ + column);
}

Matrix Matrix::operator*(const Matrix &right) const
{
    if (columns_ != right.rows_)
        throw std::invalid_argument("shapes do not fit");
    Matrix product(rows_, right.columns_);
    for (std::size_t i = 0; i < rows_; i++)
        for (std::size_t j = 0; j < right.columns_; j++)
            for (std::size_t k = 0; k < columns_; k++)
                product.at(i, j) += at(i, k) * right.at(k, j);
    return product;
}

// Gauss and Jordan, with the largest pivot of the column.
Matrix Matrix::inverse() const
{
    if (rows_ != columns_)
        throw std::domain_error("not square");
    Matrix left = *this;
    Matrix result(rows_, rows_);
    for (std::size_t i = 0; i < rows_; i++)
        result.at(i, i) = 1;

    for (std::size_t column = 0; column < rows_; column++) {
        std::size_t pivot = column;
        for (std::size_t row = column + 1; row < rows_; row++)
            if (std::fabs(left.at(row, column)) > std::fabs(left.at(pivot, column)))
                pivot = row;
        if (left.at(pivot, column) == 0)
            throw std::domain_error("singular");
        const double scale = 1 / left.at(pivot, column);
        for (Matrix *matrix : {&left, &result})
            for (std::size_t k = 0; k < rows_; k++) {
                std::swap(matrix->at(pivot, k), matrix->at(column, k));
                matrix->at(column, k) *= scale;
            }
        for (std::size_t row = 0; row < rows_; row++) {
            const double factor = row == column ? 0 : left.at(row, column);
            for (Matrix *matrix : {&left, &result})
                for (std::size_t k = 0; k < rows_; k++)
                    matrix->at(row, k) -= factor * matrix->at(column, k);
        }
    }
    return result;
}

std::ostream &operator<<(std::ostream &out, const Matrix &matrix)
{
    for (std::size_t i = 0; i < matrix.rows_; i++)
        for (std::size_t j = 0; j < matrix.columns_; j++)
            out << matrix.at(i, j) << (j + 1 < matrix.columns_ ? " " : "\n");
    return out;
}
