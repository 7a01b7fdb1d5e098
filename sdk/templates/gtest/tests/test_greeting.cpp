// SPDX-License-Identifier: MIT
#include "greeting.h"

#include <gtest/gtest.h>

#include <stdexcept>

TEST(Greeting, NamesTheGreeted)
{
    EXPECT_EQ(greeting("you"), "Hello, you!");
}

TEST(Greeting, NeedsAName)
{
    EXPECT_THROW(greeting(""), std::invalid_argument);
}
