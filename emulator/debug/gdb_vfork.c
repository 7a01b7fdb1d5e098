// SPDX-License-Identifier: MIT
#include "debug/gdb_vfork.h"

#include "debug/gdb.h"
#include "debug/gdb_follow.h"
#include "debug/gdb_peers.h"
#include "debug/gdb_signals.h"
#include "linux/host_call.h"

#include <sys/socket.h>
#include <unistd.h>

enum { VFORKS = 16 };

struct vforked {
    struct traced *parent; // the thread that makes it; NULL: none is made that is to be told
    struct traced child;
    bool traced;   // gdb has the child
    int ends[2];   // of a pair, for the program that the child executes
    bool executes; // which is given ends[1]
    bool killed;   // by gdb, which knows
    int status, sig;
};
static struct vforked vforks[VFORKS];
static bool left; // gdb has no interest in the parent any more

static struct vforked *of_parent(const struct traced *parent)
{
    for (unsigned i = 0; i < VFORKS; i++)
        if (vforks[i].parent == parent)
            return &vforks[i];
    return NULL;
}

// With the lock, as all that looks for children. That of the caller may have been released.
static struct vforked *of_child(const struct thread *t)
{
    for (unsigned i = 0; i < VFORKS; i++)
        if (vforks[i].parent && vforks[i].child.thread == t)
            return &vforks[i];
    return NULL;
}

static struct vforked *of_pid(uint64_t pid)
{
    for (unsigned i = 0; i < VFORKS; i++)
        if (vforks[i].traced && (uint64_t)vforks[i].child.pid == pid)
            return &vforks[i];
    return NULL;
}

static bool any_is_traced(void)
{
    for (unsigned i = 0; i < VFORKS; i++)
        if (vforks[i].traced)
            return true;
    return false;
}

// The place is free again.
static void clear(struct vforked *v)
{
    for (unsigned i = 0; v->parent && i < 2; i++)
        if (v->ends[i] >= 0)
            close(v->ends[i]);
    v->parent = NULL;
    v->child.thread = NULL;
}

void vfork_begins(struct thread *t)
{
    if (getpid() != process.pid)
        return;
    struct traced *x = traced_self(t);
    tracing_lock();
    struct vforked *v = of_parent(NULL);
    if (x && v && tracing.attached && gdb.follows_vforks && !follow_is_peer() &&
        peers_have_room() && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, v->ends) == 0)
        v->parent = x;
    tracing_unlock();
}

// ORDER: the parent's thread sleeps in the kernel; its server is at work, in the same memory.
struct traced *vfork_child(struct thread *t)
{
    struct vforked *v = t->traced ? of_parent(t->traced) : NULL;
    if (!v)
        return NULL;
    struct traced *parent = v->parent, *x = &v->child;
    tracing_lock();
    if (!tracing.attached) {
        t->traced = NULL;
        tracing_unlock();
        return NULL;
    }
    *x = (struct traced){.thread = t, .pid = t->tid, .tid = t->tid, .told = true};
    t->traced = x;
    traced_enlist(x);
    v->traced = true;
    v->executes = v->killed = false;
    v->status = v->sig = 0;
    parent->lends = true;
    parent->stop = (struct stop){.kind = STOP_VFORK, .arg = (uint64_t)t->tid};
    parent->told = false;
    traced_park(x);
    return t->traced;
}

bool vfork_is_child(const struct thread *t)
{
    tracing_lock();
    const struct vforked *v = of_child(t);
    bool is = v && v->traced;
    tracing_unlock();
    return is;
}

void vfork_child_ends(const struct thread *t, int status, int sig)
{
    tracing_lock();
    struct vforked *v = of_child(t);
    if (v) {
        v->status = status;
        v->sig = sig;
    }
    tracing_unlock();
}

int vfork_child_executes(const struct thread *t)
{
    tracing_lock();
    struct vforked *v = of_child(t);
    int fd = -1;
    if (v) {
        v->executes = v->traced && tracing.attached && gdb.catches_exec;
        fd = v->executes ? v->ends[1] : -1;
    }
    tracing_unlock();
    return fd;
}

int vfork_child_stays(const struct thread *t)
{
    tracing_lock();
    struct vforked *v = of_child(t);
    int fd = v && v->executes ? v->ends[1] : -1;
    if (v)
        v->executes = false;
    tracing_unlock();
    return fd;
}

void vfork_forget(void)
{
    for (unsigned i = 0; i < VFORKS; i++) {
        clear(&vforks[i]);
        vforks[i].traced = false;
    }
    left = false;
}

bool vfork_has_child(uint64_t pid)
{
    return of_pid(pid);
}

// The child is no thread of gdb's any more.
static void part(struct vforked *v)
{
    v->traced = false;
    traced_unlist(&v->child);
}

bool vfork_leave_parent(void)
{
    left = any_is_traced();
    return left;
}

bool vfork_has_left(const struct traced *x)
{
    return left && x->pid == process.pid;
}

bool vfork_parent_goes(void)
{
    bool goes = left && !any_is_traced();
    left &= !goes;
    return goes;
}

static void release(struct vforked *v)
{
    part(v);
    v->child.thread->traced = NULL;
    traced_go(&v->child, &(struct go){.sig = 0});
}

void vfork_release(uint64_t pid)
{
    release(of_pid(pid));
}

void vfork_release_all(void)
{
    for (unsigned i = 0; i < VFORKS; i++)
        if (vforks[i].traced)
            release(&vforks[i]);
}

void vfork_kill(uint64_t pid)
{
    of_pid(pid)->killed = true;
    host_call(SYS_kill, (int)pid, SIGKILL);
}

static void tell_end_of_child(const struct vforked *v)
{
    if (v->sig)
        peer_has_ended(v->child.pid, 'X', gdb_signal(v->sig));
    else
        peer_has_ended(v->child.pid, 'W', (unsigned)v->status & 0xff);
}

void vfork_over(struct thread *t, int64_t child)
{
    struct traced *x = t->traced;
    struct vforked *v = x && getpid() == process.pid ? of_parent(x) : NULL;
    if (!v)
        return;
    tracing_lock();
    if (v->traced && v->executes) {
        peer_goes_on(v->ends[0], (int)child);
        v->ends[0] = -1;
    } else if (v->traced && !v->killed) {
        tell_end_of_child(v);
    }
    if (v->traced)
        part(v);
    clear(v);
    x->lends = false;
    tracing_unlock();
    if (child > 0 && tracing.attached)
        traced_stop(x, &(struct stop){.kind = STOP_VFORK_DONE});
}
