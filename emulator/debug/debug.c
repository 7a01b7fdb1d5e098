// SPDX-License-Identifier: MIT
#include "debug/debug.h"

#include "base/die.h"
#include "debug/core.h"
#include "debug/facts.h"
#include "debug/tell.h"
#include "linux/core_left.h"
#include "linux/lock.h"
#include "linux/stop.h"
#include "linux/thread.h"
#include "linux/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct debug_settings debug_settings;

enum { STOP_MS = 500 }; // how long threads may take to come to rest

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

// Whether the file was written.
static bool leave_core(int sig, uint64_t limit, const struct notes *notes,
                       const struct core_maps *maps, char name[CORE_NAME_SIZE])
{
    if (debug_settings.core && *debug_settings.core)
        given_name(name);
    else
        core_name(sig, name);
    int error = core_write(name, limit, notes, maps);
    if (error && debug_settings.core)
        complain("--core: %s: %s; name a file that can be written", name, strerror(error));
    return !error;
}

// Whether crashes of this process are reported / its hangs.
static bool reports, reports_hangs;

static bool somebody_looks(void)
{
    return debug_settings.ctest || isatty(STDERR_FILENO);
}

// The standard error that somebody looks at.
static struct stat looked_at;

// Whether a report that nobody asked for goes there. A child whose standard error the program reads
// itself (a test that a function dies, with the right message) says what it says on a board.
static bool report_is_seen(void)
{
    struct stat now;
    return debug_settings.report == REPORT_ALWAYS || debug_settings.report_file ||
           fstat(STDERR_FILENO, &now) ||
           (now.st_dev == looked_at.st_dev && now.st_ino == looked_at.st_ino);
}

// Puts the facts behind the notes, of which there are `size` bytes without them.
static void add_facts(struct notes *notes, size_t size, const struct report_facts *facts)
{
    notes->size = size;
    notes_add(notes, REPORT_NAME, NOTE_REPORT, facts->at, facts->size);
}

// The process as it is now, which is about thread t: a core file, if `limit` is not 0, and a
// report.
static void put_down(struct thread *t, const siginfo_t *info, struct report_facts *facts,
                     uint64_t limit, bool report)
{
    char name[CORE_NAME_SIZE];
    struct core_maps maps;
    struct notes notes = {0};
    core_maps_read(&maps);
    notes_of_process(&notes, t, info, &maps);
    size_t size = notes.size;
    add_facts(&notes, size, facts);
    if (limit && leave_core(info->si_signo, limit, &notes, &maps, name)) {
        core_left_mark();
        facts_add(facts, "core", name);
        add_facts(&notes, size, facts);
    }
    if (report)
        tell(t, &notes, facts);
    notes_free(&notes);
    core_maps_free(&maps);
}

// Whether a signal that ends the process is somebody's wish that it ends, because it does not by
// itself.
static bool is_impatience(const siginfo_t *info)
{
    return info->si_signo == SIGTERM || (info->si_signo == SIGQUIT && info->si_pid != process.pid);
}

// Tests end what they have started by SIGTERM all the time; of those that are not asked for only
// ctest's own, and that of timeout(1), are worth a report.
static bool hang_is_wanted(const siginfo_t *info)
{
    char path[32], name[32] = "";
    if (debug_settings.hang == REPORT_ALWAYS)
        return true;
    snprintf(path, sizeof path, "/proc/%d/comm", info->si_pid);
    FILE *f = fopen(path, "re");
    if (f && fgets(name, sizeof name, f))
        name[strcspn(name, "\n")] = 0;
    if (f)
        fclose(f);
    return !strcmp(name, "ctest") || !strcmp(name, "timeout");
}

static void explain_death(struct thread *t, const siginfo_t *info, uint64_t limit, bool report)
{
    struct report_facts facts = {0};
    while (!threads_stop(t, STOP_MS))
        ;
    process_lock();
    if (is_impatience(info))
        facts_of_hang(&facts, t,
                      info->si_signo == SIGTERM ? "is ended by SIGTERM; what it does:"
                                                : "is ended by SIGQUIT; what it does:");
    else
        facts_of_crash(&facts, t, info);
    put_down(t, info, &facts, limit, report);
    free(facts.at);
    process_unlock();
}

static void dies(struct thread *t, const siginfo_t *info)
{
    int sig = info->si_signo;
    uint64_t limit = leaves_core(sig) ? core_limit() : 0;
    bool report = sig == SIGTERM ? reports_hangs && hang_is_wanted(info)
                                 : reports && leaves_core(sig) && report_is_seen();
    if (limit || report)
        explain_death(t, info, limit, report);
    // The host would leave a core file of the emulator. (A process that shares memory is not to
    // change what goes with it.)
    if (leaves_core(sig) && getpid() == process.pid)
        prctl(PR_SET_DUMPABLE, 0);
}

// The time of --hang-report is over.
static void asked(struct thread *t)
{
    const siginfo_t none = {0};
    struct report_facts facts = {0};
    char why[64];
    if (!threads_stop(t, STOP_MS))
        return;
    process_lock();
    snprintf(why, sizeof why,
             "still runs after %u seconds; what it does:", debug_settings.hang_seconds);
    facts_of_hang(&facts, t, why);
    put_down(t, &none, &facts, 0, true);
    free(facts.at);
    process_unlock();
    threads_resume();
}

static void watch_more(struct thread *t, uint64_t set)
{
    signal_watch(t, WATCHED_FOR_DEATHS, process.watched_for[WATCHED_FOR_DEATHS] | set);
}

static void watch_deaths(struct thread *t)
{
    uint64_t set = 0;
    for (unsigned i = 0; i < ARRAY_LEN(deadly); i++)
        set |= signal_bit(deadly[i]);
    watch_more(t, set);
}

static void begin_clock(struct thread *t)
{
    (void)t;
    if (debug_settings.hang_seconds)
        stop_look_later(debug_settings.hang_seconds);
}

static void begins(struct thread *t)
{
    const struct debug_settings *s = &debug_settings;
    watch_deaths(t); // a host that hands core files to a program does so whatever the limit
    reports = s->report == REPORT_ALWAYS || (s->report == REPORT_AUTO && somebody_looks());
    fstat(STDERR_FILENO, &looked_at);
    reports_hangs = s->hang == REPORT_ALWAYS ||
                    (s->hang == REPORT_AUTO && s->ctest && s->report != REPORT_NEVER);
    if (reports_hangs)
        watch_more(t, signal_bit(SIGTERM));
    begin_clock(t);
}

void debug_begin(void)
{
    process_watch = (struct process_watch){
        .begins = begins, .dies = dies, .asked = asked, .forked = begin_clock};
}
