// SPDX-License-Identifier: MIT
// How a signal looks in the system call trace: as strace shows it.
#include "linux/signal_trace.h"

#include "linux/sys_trace.h"
#include "linux/thread.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *signal_code_name(const siginfo_t *info)
{
    static const char *const segv[] = {
        NULL,
        [SEGV_MAPERR] = "SEGV_MAPERR",
        [SEGV_ACCERR] = "SEGV_ACCERR",
        [SEGV_MTEAERR] = "SEGV_MTEAERR",
        [SEGV_MTESERR] = "SEGV_MTESERR",
    };
    static const char *const bus[] = {NULL, "BUS_ADRALN", "BUS_ADRERR"};
    unsigned code = (unsigned)info->si_code;
    switch (info->si_code) {
    case SI_USER: return "SI_USER";
    case SI_KERNEL: return "SI_KERNEL";
    case SI_QUEUE: return "SI_QUEUE";
    case SI_TIMER: return "SI_TIMER";
    case SI_TKILL: return "SI_TKILL";
    default: break;
    }
    switch (info->si_signo) {
    case SIGSEGV: return code < ARRAY_LEN(segv) ? segv[code] : NULL;
    case SIGBUS: return code < ARRAY_LEN(bus) ? bus[code] : NULL;
    case SIGILL: return info->si_code == ILL_ILLOPC ? "ILL_ILLOPC" : NULL;
    case SIGTRAP: return info->si_code == TRAP_BRKPT ? "TRAP_BRKPT" : NULL;
    case SIGCHLD:
        return info->si_code == CLD_EXITED   ? "CLD_EXITED"
               : info->si_code == CLD_KILLED ? "CLD_KILLED"
                                             : NULL;
    default: return NULL;
    }
}

const char *signal_name(int sig, char *buf, size_t size)
{
    const char *name = sigabbrev_np(sig);
    if (name)
        snprintf(buf, size, "SIG%s", name);
    else if (sig >= 32)
        snprintf(buf, size, "SIGRT_%d", sig - 32);
    else
        snprintf(buf, size, "%d", sig);
    return buf;
}

void signal_trace(const struct thread *t, const siginfo_t *info)
{
    char name[24], code[16], detail[64];
    const char *known = signal_code_name(info);
    signal_name(info->si_signo, name, sizeof name);
    snprintf(code, sizeof code, "%d", info->si_code);
    if (info->si_code > 0 && info->si_code < SI_KERNEL && info->si_signo != SIGCHLD)
        snprintf(detail, sizeof detail, "si_addr=%#" PRIxPTR, (uintptr_t)info->si_addr);
    else
        snprintf(detail, sizeof detail, "si_pid=%d", info->si_pid);
    if (trace_is_json())
        trace_say_json(t->tid, "\"signal\":\"%s\",\"code\":\"%s\",\"detail\":\"%s\"", name,
                       known ? known : code, detail);
    else
        trace_say(t->tid, "--- %s {si_signo=%s, si_code=%s, %s} ---", name, name,
                  known ? known : code, detail);
}

void signal_trace_death(const struct thread *t, int sig)
{
    char name[24];
    int tid = t ? t->tid : 0;
    signal_name(sig, name, sizeof name);
    if (trace_is_json())
        trace_say_json(tid, "\"killed\":\"%s\"", name);
    else
        trace_say(tid, "+++ killed by %s +++", name);
}
