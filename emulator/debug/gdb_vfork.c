// SPDX-License-Identifier: MIT
#include "debug/gdb_vfork.h"

#include "debug/gdb.h"
#include "debug/gdb_follow.h"
#include "debug/gdb_peers.h"
#include "debug/gdb_signals.h"
#include "linux/host_call.h"

#include <sys/socket.h>
#include <unistd.h>

static struct {
    struct traced *parent; // the thread that makes it; NULL: none is made that is to be told
    struct traced child;
    bool traced;   // gdb has the child
    int ends[2];   // of a pair, for the program that the child executes
    bool executes; // which is given ends[1]
    bool killed;   // by gdb, which knows
    bool left;     // gdb has no interest in the parent any more
    int status, sig;
} vforked = {.ends = {-1, -1}};

static void close_end(int i)
{
    if (vforked.ends[i] >= 0)
        close(vforked.ends[i]);
    vforked.ends[i] = -1;
}

void vfork_begins(struct thread *t)
{
    if (getpid() != process.pid)
        return;
    struct traced *x = traced_self(t);
    tracing_lock();
    if (x && tracing.attached && gdb.follows_vforks && !vforked.parent && !follow_is_peer() &&
        peers_have_room() &&
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, vforked.ends) == 0)
        vforked.parent = x;
    tracing_unlock();
}

// ORDER: the parent's thread sleeps in the kernel; its server is at work, in the same memory.
struct traced *vfork_child(struct thread *t)
{
    struct traced *parent = vforked.parent, *x = &vforked.child;
    if (!parent || t->traced != parent)
        return NULL;
    tracing_lock();
    if (!tracing.attached) {
        t->traced = NULL;
        tracing_unlock();
        return NULL;
    }
    *x = (struct traced){.thread = t, .pid = t->tid, .tid = t->tid, .told = true};
    t->traced = x;
    traced_enlist(x);
    vforked.traced = true;
    vforked.executes = vforked.killed = false;
    vforked.status = vforked.sig = 0;
    parent->lends = true;
    parent->stop = (struct stop){.kind = STOP_VFORK, .arg = (uint64_t)t->tid};
    parent->told = false;
    tracing_unlock();
    traced_wait(x);
    return t->traced;
}

bool vfork_is_child(const struct thread *t)
{
    return vforked.traced && vforked.child.thread == t;
}

void vfork_child_ends(const struct thread *t, int status, int sig)
{
    if (!vfork_is_child(t))
        return;
    vforked.status = status;
    vforked.sig = sig;
}

int vfork_child_executes(void)
{
    tracing_lock();
    vforked.executes = vforked.traced && tracing.attached && gdb.catches_exec;
    tracing_unlock();
    return vforked.executes ? vforked.ends[1] : -1;
}

int vfork_child_stays(void)
{
    int fd = vforked.executes ? vforked.ends[1] : -1;
    vforked.executes = false;
    return fd;
}

void vfork_forget(void)
{
    close_end(0);
    close_end(1);
    vforked.parent = NULL;
    vforked.traced = vforked.left = false;
}

bool vfork_has_child(uint64_t pid)
{
    return vforked.traced && (uint64_t)vforked.child.pid == pid;
}

// The child is no thread of gdb's any more.
static void part(void)
{
    vforked.traced = false;
    traced_unlist(&vforked.child);
}

bool vfork_leave_parent(void)
{
    vforked.left = vforked.traced;
    return vforked.left;
}

bool vfork_has_left(const struct traced *x)
{
    return vforked.left && x != &vforked.child;
}

bool vfork_parent_goes(void)
{
    bool goes = vforked.left && !vforked.traced;
    vforked.left &= !goes;
    return goes;
}

void vfork_release(void)
{
    if (!vforked.traced)
        return;
    part();
    vforked.child.thread->traced = NULL;
    traced_go(&vforked.child, &(struct go){.sig = 0});
}

void vfork_kill(void)
{
    vforked.killed = true;
    host_call(SYS_kill, vforked.child.pid, SIGKILL);
}

static void tell_end_of_child(void)
{
    if (vforked.sig)
        peer_has_ended(vforked.child.pid, 'X', gdb_signal(vforked.sig));
    else
        peer_has_ended(vforked.child.pid, 'W', (unsigned)vforked.status & 0xff);
}

void vfork_over(struct thread *t, int64_t child)
{
    struct traced *x = vforked.parent;
    if (!x || x != t->traced || getpid() != process.pid)
        return;
    tracing_lock();
    if (vforked.traced && vforked.executes) {
        peer_goes_on(vforked.ends[0], (int)child);
        vforked.ends[0] = -1;
    } else if (vforked.traced && !vforked.killed) {
        tell_end_of_child();
    }
    if (vforked.traced)
        part();
    close_end(0);
    close_end(1);
    vforked.parent = NULL;
    x->lends = false;
    tracing_unlock();
    if (child > 0 && tracing.attached)
        traced_stop(x, &(struct stop){.kind = STOP_VFORK_DONE});
}
