// SPDX-License-Identifier: MIT
/*
 * measure [-n runs] [-w warm-ups] -- command args...: runs a command again and again and prints one
 * line of figures: median, minimum and maximum wall time in milliseconds of the whole process,
 * median processor time, and the largest resident set in KiB. The command's output is thrown away;
 * a command that fails ends the measurement.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MAX_RUNS = 1000 };
static double wall[MAX_RUNS], cpu[MAX_RUNS];
static long resident;

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double to_ms(struct timeval t)
{
    return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void run_once(char **command, int slot)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    struct rusage usage;
    int status;
    double start = now_ms();
    int error = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
    if (error || wait4(pid, &status, 0, &usage) != pid) {
        fprintf(stderr, "measure: %s: %s\n", command[0], strerror(error ? error : errno));
        exit(1);
    }
    double end = now_ms();
    posix_spawn_file_actions_destroy(&actions);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "measure: %s: ended with status %#x\n", command[0], (unsigned)status);
        exit(1);
    }
    if (slot < 0)
        return;
    wall[slot] = end - start;
    cpu[slot] = to_ms(usage.ru_utime) + to_ms(usage.ru_stime);
    if (usage.ru_maxrss > resident)
        resident = usage.ru_maxrss;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int runs = 50, warm = 3, c;
    while ((c = getopt(argc, argv, "+n:w:")) != -1) {
        if (c == 'n')
            runs = atoi(optarg);
        else if (c == 'w')
            warm = atoi(optarg);
        else
            return 2;
    }
    if (optind >= argc || runs < 1 || runs > MAX_RUNS) {
        fputs("measure: usage: measure [-n runs] [-w warm-ups] -- command args...\n", stderr);
        return 2;
    }
    for (int i = 0; i < warm; i++)
        run_once(argv + optind, -1);
    for (int i = 0; i < runs; i++)
        run_once(argv + optind, i);
    qsort(wall, (size_t)runs, sizeof *wall, compare);
    qsort(cpu, (size_t)runs, sizeof *cpu, compare);
    printf("%.2f %.2f %.2f %.2f %ld\n", wall[runs / 2], wall[0], wall[runs - 1], cpu[runs / 2],
           resident);
    return 0;
}
