// SPDX-License-Identifier: MIT
// Who has a lock stands in memory, where the C library has put it for its own use: glibc's
// pthread_mutex_t keeps the owner's number behind the futex word, musl's and those with priority
// inheritance in the word itself. pthread_join waits for the word that the kernel clears when the
// thread ends (CLONE_CHILD_CLEARTID).
#include "debug/waits.h"

#include "debug/facts.h"
#include "debug/waits_call.h"
#include "linux/guest.h"
#include "linux/stop.h"
#include "linux/sys.h"
#include "linux/sys_trace.h"

#include <inttypes.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum wait_kind { WAITS_NOT, WAITS_MUTEX, WAITS_WRITER, WAITS_END, WAITS_FUTEX };

struct wait {
    enum wait_kind kind;
    uint64_t word;              // address of the futex
    const struct thread *owner; // who would have to go on first; NULL: not known
    int stranger;               // the owner's number, if that is no thread of this process
    bool shared;                // by processes
};

static const struct thread *thread_of_tid(uint32_t tid)
{
    const struct thread *t = process.first;
    while (t && (uint32_t)t->tid != tid)
        t = t->next;
    return t;
}

static uint32_t read_word(uint64_t at)
{
    uint32_t v = 0;
    guest_read(&v, at, sizeof v);
    return v;
}

static bool is_svc(uint64_t pc)
{
    uint32_t svc = 0;
    return guest_read(&svc, pc, sizeof svc) && svc == 0xd4000001;
}

// Whether the thread is in a system call, or about to go back into one that was interrupted. One
// that runs, because it is who was interrupted by a signal, has been in it just now.
static bool is_in_call(const struct thread *t)
{
    return t->rest == THREAD_RESTS_IN_CALL || is_svc(t->cpu.s.pc) ||
           (t->rest == THREAD_RUNS && is_svc(t->cpu.s.pc - 4));
}

// The call's first argument: behind the call x0 may have a result already.
static uint64_t first_argument(const struct thread *t)
{
    return t->rest == THREAD_RUNS && is_svc(t->cpu.s.pc - 4) ? t->syscall_x0 : t->cpu.x[0];
}

// Of glibc's pthread_mutex_t, whose first word is the futex: the owner behind the count of a
// recursive mutex, then the number of users, then the kind.
enum { MUTEX_OWNER = 8, MUTEX_USERS = 12, MUTEX_KIND = 16, MUTEX_KINDS = 1024 };
enum { MOST_THREADS = 1 << 22, MOST_USERS = 1 << 16 };
// Of its pthread_rwlock_t: who writes, seen from the two words that threads wait on.
enum { WRITER_FROM_PHASE = 16, WRITER_FROM_WRITERS = 12 };

// Whether there is a mutex whose owner is no thread of this process (any more), going by its words.
static bool is_strangers_mutex(uint64_t at, uint32_t word)
{
    return (word == 1 || word == 2) && read_word(at + MUTEX_OWNER) - 1 < MOST_THREADS &&
           read_word(at + MUTEX_USERS) - 1 < MOST_USERS && read_word(at + MUTEX_KIND) < MUTEX_KINDS;
}

static struct wait futex_wait(const struct thread *t)
{
    const uint64_t *x = t->cpu.x;
    struct wait w = {.kind = WAITS_FUTEX,
                     .word = first_argument(t),
                     .shared = !((unsigned)x[1] & FUTEX_PRIVATE_FLAG)};
    unsigned op = (unsigned)x[1] & FUTEX_CMD_MASK;
    bool inherits = op == FUTEX_LOCK_PI || op == FUTEX_LOCK_PI2;
    const struct thread *owner;
    if (op != FUTEX_WAIT && op != FUTEX_WAIT_BITSET && !inherits)
        return w;
    for (const struct thread *o = process.first; o; o = o->next)
        if (o != t && o->clear_child_tid == w.word && read_word(w.word) == (uint32_t)o->tid) {
            w.kind = WAITS_END;
            w.owner = o;
            return w;
        }
    uint32_t word = read_word(w.word);
    // Nobody waits so for himself (EDEADLK): the kernel has just given it to him.
    if (inherits && (word & FUTEX_TID_MASK) == (uint32_t)t->tid)
        return w;
    if (word && (owner = thread_of_tid(word & FUTEX_TID_MASK))) {
        w.kind = WAITS_MUTEX;
        w.owner = owner;
    } else if (word && word <= 2 && read_word(w.word + MUTEX_KIND) < MUTEX_KINDS &&
               (owner = thread_of_tid(read_word(w.word + MUTEX_OWNER)))) {
        w.kind = WAITS_MUTEX;
        w.owner = owner;
    } else if ((owner = thread_of_tid(read_word(w.word + WRITER_FROM_PHASE))) ||
               (owner = thread_of_tid(read_word(w.word + WRITER_FROM_WRITERS)))) {
        w.kind = WAITS_WRITER;
        w.owner = owner;
    } else if (is_strangers_mutex(w.word, word)) {
        w.kind = WAITS_MUTEX;
        w.stranger = (int)read_word(w.word + MUTEX_OWNER);
    }
    return w;
}

static struct wait wait_of(const struct thread *t)
{
    if (is_in_call(t) && (t->cpu.x[8] == SYS_NR_futex))
        return futex_wait(t);
    return (struct wait){.kind = WAITS_NOT};
}

static void add_name(struct report_facts *f, const struct thread *t)
{
    char path[64], name[32], key[32];
    snprintf(path, sizeof path, "/proc/self/task/%d/comm", t->tid);
    FILE *file = fopen(path, "re");
    if (file && fgets(name, sizeof name, file)) {
        name[strcspn(name, "\n")] = 0;
        snprintf(key, sizeof key, "%d.name", t->tid);
        facts_add(f, key, name);
    }
    if (file)
        fclose(file);
}

static void add_stranger(struct report_facts *f, const char *key, const struct wait *w)
{
    char name[32];
    if (w->shared && process_name(w->stranger, name, sizeof name))
        facts_printf(f, key,
                     "waits for the mutex at %#" PRIx64
                     ", which thread %d of another process (%s) has",
                     w->word, w->stranger, name);
    else
        facts_printf(f, key,
                     "waits for the mutex at %#" PRIx64
                     ", which thread %d has left locked: it has ended, "
                     "or is of the process that this one was forked from",
                     w->word, w->stranger);
}

static void add_wait(struct report_facts *f, const struct thread *t, const struct wait *w)
{
    char key[32];
    const int owner = w->owner ? w->owner->tid : 0;
    snprintf(key, sizeof key, "%d.waits", t->tid);
    if (w->stranger) {
        add_stranger(f, key, w);
        return;
    }
    switch (w->kind) {
    case WAITS_MUTEX:
        facts_printf(f, key, "waits for the mutex at %#" PRIx64 ", which thread %d has%s", w->word,
                     owner, w->owner == t ? ": it waits for itself" : "");
        break;
    case WAITS_WRITER:
        facts_printf(f, key, "waits for the read-write lock of %#" PRIx64 ", which thread %d has",
                     w->word, owner);
        break;
    case WAITS_END: facts_printf(f, key, "waits for the end of thread %d", owner); break;
    case WAITS_FUTEX:
    case WAITS_NOT: return;
    }
    snprintf(key, sizeof key, "%d.owner", t->tid);
    facts_printf(f, key, "%d", owner);
}

static void add_thread(struct report_facts *f, const struct thread *self, const struct thread *t,
                       bool about)
{
    char key[32], call[512], what[1024];
    const struct wait w = wait_of(t);
    add_name(f, t);
    snprintf(key, sizeof key, "%d.call", t->tid);
    if (!about && is_in_call(t)) {
        uint64_t args[SYS_ARGS];
        memcpy(args, t->cpu.x, sizeof args);
        args[0] = first_argument(t);
        facts_add(f, key, trace_describe(t->cpu.x[8], args, call, sizeof call));
        snprintf(key, sizeof key, "%d.waits", t->tid);
        if (waits_in_call(t->cpu.x[8], args, what, sizeof what))
            facts_add(f, key, what);
    }
    snprintf(key, sizeof key, "%d.state", t->tid);
    if (about)
        facts_add(f, key, "died");
    else if (is_in_call(t))
        facts_printf(f, key, "in %s", call);
    else
        facts_add(f, key,
                  t != self && t->rest == THREAD_RUNS ? "did not stop; its stack may be wrong"
                                                      : "runs");
    if (!about)
        add_wait(f, t, &w);
}

// The circle that begins at t, if there is one and t has the smallest number in it.
static void add_circle(struct report_facts *f, const struct thread *t)
{
    char text[1024];
    size_t n = 0, steps = 0;
    const struct thread *at = t;
    do {
        const struct wait w = wait_of(at);
        if (!w.owner || w.owner->tid < t->tid || ++steps > process.threads)
            return;
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "%sthread %d waits for %s %#" PRIx64 " of thread %d", n ? ", " : "",
                              at->tid, w.kind == WAITS_END ? "the end, at" : "the lock at", w.word,
                              w.owner->tid);
        if (n >= sizeof text)
            n = sizeof text - 1;
        at = w.owner;
    } while (at != t);
    facts_add(f, "deadlock", text);
}

void waits_add(struct report_facts *f, const struct thread *t)
{
    bool crash = facts_find(f, 0, "cause", 0);
    add_thread(f, t, t, crash);
    if (getpid() != process.pid)
        return; // the threads are another process's
    for (const struct thread *o = process.first; o; o = o->next)
        if (o != t)
            add_thread(f, t, o, false);
    for (const struct thread *o = process.first; o; o = o->next)
        if (!(crash && o == t))
            add_circle(f, o);
}
