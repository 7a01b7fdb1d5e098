// SPDX-License-Identifier: MIT
#include "queue.h"

#include <gtest/gtest.h>

TEST(Queue, KeepsTheOrder)
{
    queue<int, 3> q;
    for (int round = 0; round < 5; round++) {
        q.put(1);
        q.put(2);
        EXPECT_EQ(q.take(), 1);
        EXPECT_EQ(q.take(), 2);
    }
}

TEST(Queue, RefusesWhatHasNoPlace)
{
    queue<int, 1> q;
    EXPECT_TRUE(q.put(1));
    EXPECT_FALSE(q.put(2));
}

// A second process is started for it: the program executes itself.
TEST(QueueDeathTest, EmptyOne)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    queue<int, 1> q;
    EXPECT_DEATH(q.take(), "");
}

class Sizes : public testing::TestWithParam<int>
{
};

TEST_P(Sizes, GoAroundTheEnd)
{
    queue<int, 7> q;
    for (int i = 0; i < GetParam(); i++) {
        q.put(i);
        EXPECT_EQ(q.take(), i);
    }
}

INSTANTIATE_TEST_SUITE_P(Some, Sizes, testing::Values(1, 6, 7, 8, 100));
