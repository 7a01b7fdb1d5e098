// SPDX-License-Identifier: MIT
// sanitizer: thread
// options: --va-bits=39
// finds: WARNING: ThreadSanitizer: lock-order-inversion \(potential deadlock\)
// finds: Cycle in lock order graph: M[0-9]+ .* => M[0-9]+ .* => M[0-9]+
// finds: #1 both .*/thread_deadlock\.c:[0-9]+
// status: 66
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, two = PTHREAD_MUTEX_INITIALIZER;

static void both(pthread_mutex_t *a, pthread_mutex_t *b)
{
    pthread_mutex_lock(a);
    pthread_mutex_lock(b);
    pthread_mutex_unlock(b);
    pthread_mutex_unlock(a);
}

int main(int argc, char **argv)
{
    int status = 0;
    (void)argv;
    both(&one, &two);
    if (argc > 1)
        both(&two, &one);
    // A child of fork, which has the shadow memory of its own.
    pid_t child = fork();
    if (!child) {
        both(&one, &two);
        _exit(3);
    }
    puts(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3 ? "right" : "the child is gone");
    return 0;
}
