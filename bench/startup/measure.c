// SPDX-License-Identifier: MIT
/*
 * measure [-n runs] [-w warm-ups] -- command args... [-- command args...]...: runs the commands in
 * turn, again and again, and prints a line of figures for each: median, minimum and maximum wall
 * time in milliseconds of the whole process, median processor time, and the largest resident set in
 * KiB. Their output is thrown away. For a command that fails the line is a dash.
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

enum { MAX_RUNS = 1000, MAX_COMMANDS = 16 };

static struct series {
    char **command;
    double wall[MAX_RUNS], cpu[MAX_RUNS];
    long resident;
    int failed;
} all[MAX_COMMANDS];

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

static void run_once(struct series *s, int slot)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    struct rusage usage;
    int status;
    double start = now_ms();
    int error = posix_spawnp(&pid, s->command[0], &actions, NULL, s->command, environ);
    if (error || wait4(pid, &status, 0, &usage) != pid) {
        fprintf(stderr, "measure: %s: %s\n", s->command[0], strerror(error ? error : errno));
        exit(1);
    }
    double end = now_ms();
    posix_spawn_file_actions_destroy(&actions);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "measure: %s: ended with status %#x\n", s->command[0], (unsigned)status);
        s->failed = 1;
        return;
    }
    if (slot < 0)
        return;
    s->wall[slot] = end - start;
    s->cpu[slot] = to_ms(usage.ru_utime) + to_ms(usage.ru_stime);
    if (usage.ru_maxrss > s->resident)
        s->resident = usage.ru_maxrss;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The commands, each behind a "--"; how many there are.
static int find_commands(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--"))
            continue;
        argv[i] = NULL;
        if (count < MAX_COMMANDS && i + 1 < argc)
            all[count++].command = argv + i + 1;
    }
    return count;
}

static void show(struct series *s, int runs)
{
    if (s->failed) {
        puts("-");
        return;
    }
    qsort(s->wall, (size_t)runs, sizeof *s->wall, compare);
    qsort(s->cpu, (size_t)runs, sizeof *s->cpu, compare);
    printf("%.2f %.2f %.2f %.2f %ld\n", s->wall[runs / 2], s->wall[0], s->wall[runs - 1],
           s->cpu[runs / 2], s->resident);
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
    int count = find_commands(argc, argv);
    if (!count || runs < 1 || runs > MAX_RUNS) {
        fputs("measure: usage: measure [-n runs] [-w warm-ups] -- command args... [-- ...]\n", stderr);
        return 2;
    }
    for (int i = -warm; i < runs; i++)
        for (int k = 0; k < count; k++)
            if (!all[k].failed)
                run_once(&all[k], i);
    for (int k = 0; k < count; k++)
        show(&all[k], runs);
    return 0;
}
