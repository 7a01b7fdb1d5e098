// SPDX-License-Identifier: MIT
// Two threads have a child of vfork each, both at once: the second is made when the first is there, which goes on when the
// second is. One executes this program, when gdb lets it, one ends.
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int there, goes = 1, executes;
static char *self;

static int meet(int number)
{
    __atomic_add_fetch(&there, 1, __ATOMIC_SEQ_CST);
    while (there < 2)
        ;
    return number * goes;
}

static void child(int number)
{
    int n = meet(number);
    while (number == 1 && !executes)
        ;
    if (number == 1)
        execl(self, self, "child", (char *)0);
    _exit(n + 2);
}

static void *make(void *number)
{
    pid_t pid = vfork();
    if (pid == 0)
        child((int)(long)number);
    int status = 0;
    waitpid(pid, &status, 0);
    return (void *)(long)WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    pthread_t threads[2];
    long sum = 0;
    self = argv[0];
    if (argc > 1)
        return 3;
    for (long i = 0; i < 2; i++) {
        while (there < i)
            sched_yield();
        pthread_create(&threads[i], NULL, make, (void *)(i + 1));
    }
    for (int i = 0; i < 2; i++) {
        void *status;
        pthread_join(threads[i], &status);
        sum += (long)status;
    }
    printf("sum %ld\n", sum);
    return 0;
}
