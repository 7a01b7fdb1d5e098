// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <stdexcept>

struct no_such_shape : std::runtime_error {
    using runtime_error::runtime_error;
};

struct shape {
    virtual ~shape() = default;
    virtual double area() const = 0;
};

// 0 sides: a circle; throws no_such_shape.
std::unique_ptr<shape> make_shape(int sides, double size);
