// SPDX-License-Identifier: MIT
// Three children call `work` again and again, all at once, and end with what they have done.
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 3, TURNS = 10 };

static int work(int n)
{
    return n + 1;
}

static int child(void)
{
    int done = 0;
    for (int i = 0; i < TURNS; i++)
        done = work(done);
    return done;
}

static int end_of_one(void)
{
    int status = 0;
    wait(&status);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

int main(void)
{
    for (int i = 0; i < CHILDREN; i++)
        if (!fork())
            _exit(child());
    int sum = 0;
    for (int i = 0; i < CHILDREN; i++)
        sum += end_of_one();
    printf("sum %d\n", sum);
    return sum;
}
