// SPDX-License-Identifier: MIT
#include "linux/stop.h"

#include "base/bits.h"
#include "engine/engine.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/thread.h"
#include "linux/watch.h"

#include <linux/futex.h>
#include <time.h>
#include <unistd.h>

uint32_t stop_wishes;

static struct {
    struct thread *by; // who looks
    uint32_t changes;  // a futex: some thread has come to rest, or is gone
    char stop, look;   // their addresses are the values of the signals
} stop;

static void changed(void)
{
    __atomic_fetch_add(&stop.changes, 1, __ATOMIC_SEQ_CST);
    host_call(SYS_futex, &stop.changes, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void threads_add(struct thread *t)
{
    process_lock();
    t->next = process.first;
    process.first = t;
    process_unlock();
}

void threads_remove(struct thread *t)
{
    process_lock();
    struct thread **at = &process.first;
    while (*at && *at != t)
        at = &(*at)->next;
    if (*at)
        *at = t->next;
    process_unlock();
    if (__atomic_load_n(&stop_wishes, __ATOMIC_RELAXED))
        changed();
}

void threads_alone(struct thread *t)
{
    process.first = t;
    t->next = NULL;
    t->rest = THREAD_RUNS;
    stop.by = NULL;
    stop_wishes = 0;
}

static void rest(struct thread *t, enum thread_rest how)
{
    uint32_t wishes;
    while ((wishes = __atomic_load_n(&stop_wishes, __ATOMIC_SEQ_CST)) & STOP_WANTED) {
        __atomic_store_n(&t->rest, how, __ATOMIC_SEQ_CST);
        changed();
        host_call(SYS_futex, &stop_wishes, FUTEX_WAIT_PRIVATE, wishes, NULL, NULL, 0);
    }
    __atomic_store_n(&t->rest, THREAD_RUNS, __ATOMIC_SEQ_CST);
}

static void look(struct thread *t, enum thread_rest how)
{
    uint32_t before = __atomic_fetch_and(&stop_wishes, ~(uint32_t)STOP_LOOK, __ATOMIC_SEQ_CST);
    if (!(before & STOP_LOOK) || !process_watch.asked)
        return;
    t->rest = how;
    process_watch.asked(t);
    t->rest = THREAD_RUNS;
}

static void do_wishes(struct thread *t, enum thread_rest how)
{
    if (getpid() != process.pid) // shares the memory only: it is looked at by nobody
        return;
    rest(t, how);
    look(t, how);
}

void stop_point(struct thread *t)
{
    do_wishes(t, THREAD_RESTS);
}

// Has the run loop look at stop_wishes soon, also if a system call is about to be made.
static void hurry(struct thread *t)
{
    t->signals.waiting = 1;
    engine_interrupt(&t->cpu);
}

bool stop_signal(struct thread *t, const siginfo_t *info, bool in_call)
{
    const void *value = info->si_value.sival_ptr;
    if (info->si_signo != SIGSEGV || info->si_code >= 0 ||
        (value != &stop.stop && value != &stop.look))
        return false;
    if (value == &stop.look)
        __atomic_fetch_or(&stop_wishes, STOP_LOOK, __ATOMIC_SEQ_CST);
    if (!t)
        return true;
    if (in_call && !process_lock_is_mine()) {
        do_wishes(t, THREAD_RESTS_IN_CALL);
        t->signals.held_more = true; // the call goes on
    } else {
        hurry(t);
    }
    return true;
}

static void send(const struct thread *t)
{
    siginfo_t info = {.si_signo = SIGSEGV, .si_code = SI_QUEUE};
    info.si_pid = process.pid;
    info.si_value.sival_ptr = &stop.stop;
    host_call(SYS_rt_tgsigqueueinfo, process.pid, t->tid, SIGSEGV, &info);
}

// Sends the word to those that do not rest yet; returns how many.
static unsigned remind(const struct thread *self)
{
    unsigned running = 0;
    process_lock();
    for (struct thread *t = process.first; t; t = t->next)
        if (t != self && __atomic_load_n(&t->rest, __ATOMIC_SEQ_CST) == THREAD_RUNS) {
            send(t);
            running++;
        }
    process_unlock();
    return running;
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

bool threads_stop(struct thread *self, unsigned ms)
{
    const struct timespec step = {.tv_nsec = 20 * 1000 * 1000};
    struct thread *nobody = NULL;
    if (getpid() != process.pid)
        return true;
    if (!__atomic_compare_exchange_n(&stop.by, &nobody, self, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST)) {
        rest(self, THREAD_RESTS);
        return false;
    }
    __atomic_fetch_or(&stop_wishes, STOP_WANTED, __ATOMIC_SEQ_CST);
    uint64_t end = now_ms() + ms;
    for (;;) {
        uint32_t seen = __atomic_load_n(&stop.changes, __ATOMIC_SEQ_CST);
        if (!remind(self))
            return true;
        if (now_ms() >= end)
            break;
        host_call(SYS_futex, &stop.changes, FUTEX_WAIT_PRIVATE, seen, &step, NULL, 0);
    }
    for (struct thread *t = process.first; t; t = t->next)
        if (t != self && t->rest == THREAD_RUNS)
            process_lock_break(t);
    return true;
}

void threads_resume(void)
{
    if (getpid() != process.pid)
        return;
    __atomic_fetch_and(&stop_wishes, ~(uint32_t)STOP_WANTED, __ATOMIC_SEQ_CST);
    __atomic_store_n(&stop.by, NULL, __ATOMIC_SEQ_CST);
    host_call(SYS_futex, &stop_wishes, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

void stop_look_later(unsigned seconds)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGSEGV};
    struct itimerspec at = {.it_value.tv_sec = seconds};
    int timer;
    event.sigev_value.sival_ptr = &stop.look;
    if (!host_call(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer))
        host_call(SYS_timer_settime, timer, 0, &at, NULL);
}
