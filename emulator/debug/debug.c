// SPDX-License-Identifier: MIT
#include "debug/debug.h"

#include "base/die.h"
#include "debug/core.h"
#include "linux/lock.h"
#include "linux/stop.h"
#include "linux/thread.h"
#include "linux/watch.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct debug_settings debug_settings;

enum { STOP_MS = 1000 }; // how long threads may take to come to rest

// The signals whose default leaves a core file.
static const int deadly[] = {SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,
                             SIGFPE,  SIGSEGV, SIGSYS,  SIGXCPU, SIGXFSZ};

static bool leaves_core(int sig)
{
    for (unsigned i = 0; i < ARRAY_LEN(deadly); i++)
        if (deadly[i] == sig)
            return true;
    return false;
}

static uint64_t core_limit(void)
{
    struct rlimit limit = {0};
    if (debug_settings.core)
        return RLIM_INFINITY;
    getrlimit(RLIMIT_CORE, &limit);
    return limit.rlim_cur < MM_PAGE ? 0 : limit.rlim_cur;
}

// The file that --core names, with the process for %d in it.
static void given_name(char name[CORE_NAME_SIZE])
{
    const char *given = debug_settings.core, *pid = strstr(given, "%d");
    if (pid)
        snprintf(name, CORE_NAME_SIZE, "%.*s%d%s", (int)(pid - given), given, getpid(), pid + 2);
    else
        snprintf(name, CORE_NAME_SIZE, "%s", given);
}

static void leave_core(int sig, uint64_t limit, const struct notes *notes,
                       const struct core_maps *maps)
{
    char name[CORE_NAME_SIZE];
    if (debug_settings.core && *debug_settings.core)
        given_name(name);
    else
        core_name(sig, name);
    int error = core_write(name, limit, notes, maps);
    if (error && debug_settings.core)
        complain("--core: %s: %s; name a file that can be written", name, strerror(error));
}

static void dies(struct thread *t, const siginfo_t *info)
{
    uint64_t limit = leaves_core(info->si_signo) ? core_limit() : 0;
    struct core_maps maps;
    struct notes notes = {0};
    if (!limit)
        return;
    while (!threads_stop(t, STOP_MS))
        ;
    process_lock();
    core_maps_read(&maps);
    notes_of_process(&notes, t, info, &maps);
    if (limit)
        leave_core(info->si_signo, limit, &notes, &maps);
    notes_free(&notes);
    core_maps_free(&maps);
    process_unlock();
    // The host would leave one of the emulator. (A process that shares memory is not to change
    // what goes with it.)
    if (getpid() == process.pid)
        prctl(PR_SET_DUMPABLE, 0);
}

static void watch_deaths(struct thread *t)
{
    uint64_t set = 0;
    for (unsigned i = 0; i < ARRAY_LEN(deadly); i++)
        set |= signal_bit(deadly[i]);
    signal_watch(t, set);
}

static void core_limit_changed(void)
{
    if (core_limit())
        watch_deaths(thread_self);
}

static void begins(struct thread *t)
{
    if (core_limit())
        watch_deaths(t);
}

void debug_begin(void)
{
    process_watch =
        (struct process_watch){.begins = begins, .dies = dies, .core_limit = core_limit_changed};
}
