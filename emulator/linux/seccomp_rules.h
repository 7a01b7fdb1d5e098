// SPDX-License-Identifier: MIT
// Seccomp: a thread's own rules about the system calls it makes. The host's kernel cannot apply
// them, since it sees the emulator's calls and not the guest's, so they are kept and evaluated
// here, on the guest's numbers and arguments. What the host does keep is no_new_privs.
#ifndef EMU_LINUX_SECCOMP_RULES_H
#define EMU_LINUX_SECCOMP_RULES_H

#include <stdbool.h>
#include <stdint.h>

struct thread;
struct seccomp_filter;

struct seccomp {
    uint32_t mode;    // SECCOMP_MODE_*: 0 as long as nothing is ruled
    uint32_t filters; // how many there are
    bool privs_due;   // TSYNC by a thread that had no_new_privs: this one has not set it yet
    struct seccomp_filter *newest; // of those it inherited and those it added, or NULL
};

enum seccomp_verdict {
    SECCOMP_GOES_ON,  // the call is made
    SECCOMP_ANSWERED, // it is not: *result is what the thread gets
    SECCOMP_TRACES,   // a tracer decides, which is told what *action has beside the verb
    SECCOMP_STOPS,    // it is not: seccomp_stop is next, *action saying how
};

// Applies thread t's rules to call `nr`, which it is about to make. May wait for a supervisor.
enum seccomp_verdict seccomp_judge(struct thread *t, uint64_t nr, const uint64_t args[6],
                                   int64_t *result, uint32_t *action);

// Delivers SIGSYS to t, or ends it or its process.
void seccomp_stop(struct thread *t, uint64_t nr, uint32_t action);

// seccomp(2) and prctl(PR_SET_SECCOMP); `program` is the address of the guest's struct sock_fprog.
// -errno, or what the call returns.
int64_t seccomp_be_strict(struct thread *t);
int64_t seccomp_add(struct thread *t, uint64_t flags, uint64_t program);

// A new thread or process has its maker's rules; the caller has the process's lock if the thread is
// to be among the process's / a thread is gone.
void seccomp_inherit(struct thread *child, const struct thread *t);
void seccomp_leave(struct thread *t);

// The rules travel to the program that a guest executes in a file without a name: a descriptor that
// stays open, -errno, or SECCOMP_NOTHING if there are none. seccomp_unpack reads and closes it in
// the new program; false: it is no such file.
enum { SECCOMP_NOTHING = -4096 };
int64_t seccomp_pack(const struct thread *t);
bool seccomp_unpack(struct thread *t, int fd);

#endif
