// SPDX-License-Identifier: MIT
#include "linux/signal_queue.h"

static siginfo_t *at(struct thread_signals *s, unsigned i)
{
    return &s->queue[i % SIGNAL_QUEUE];
}

void signal_enqueue(struct thread_signals *s, const siginfo_t *info)
{
    if (s->tail - s->head == SIGNAL_QUEUE)
        return;
    *at(s, s->tail) = *info;
    s->tail++;
}

bool signal_dequeue(struct thread_signals *s, uint64_t set, siginfo_t *info)
{
    unsigned i = s->head;
    while (i != s->tail && !(set & signal_bit(at(s, i)->si_signo)))
        i++;
    if (i == s->tail)
        return false;
    *info = *at(s, i);
    // Those before it move up: behind the tail is where the handler writes.
    for (; i != s->head; i--)
        *at(s, i) = *at(s, i - 1);
    s->head++;
    return true;
}

uint64_t signal_queued(const struct thread_signals *s)
{
    uint64_t set = 0;
    for (unsigned i = s->head; i != s->tail; i++)
        set |= signal_bit(s->queue[i % SIGNAL_QUEUE].si_signo);
    return set;
}
