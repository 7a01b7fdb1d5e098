// SPDX-License-Identifier: MIT
// A process with a second thread forks two children; the first forks one itself. Each calls `work`
// and ends with its result, which its parent waits for and adds.
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int go_on;
static volatile unsigned long turns;

static int work(int n)
{
    return n + 1;
}

static int end_of(pid_t pid)
{
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

static void *compute(void *argument)
{
    (void)argument;
    while (!go_on)
        turns++;
    return 0;
}

static int first_child(void)
{
    pid_t pid = fork();
    if (!pid)
        _exit(work(1));
    return end_of(pid) + work(2);
}

int main(void)
{
    pthread_t t;
    pthread_create(&t, 0, compute, 0);
    while (!turns) // gdb has a thread from when it runs
        ;
    pid_t first = fork();
    if (!first)
        _exit(first_child());
    pid_t second = fork();
    if (!second)
        _exit(work(10));
    int sum = end_of(first) + end_of(second);
    go_on = 1;
    pthread_join(t, 0);
    printf("sum %d\n", sum);
    return sum;
}
