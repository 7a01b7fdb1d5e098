// SPDX-License-Identifier: MIT
// What stands in the notes of an arm64 core file (linux/elfcore.h and arch/arm64's ptrace.h):
// plain structures, for the emulator, which writes them, and the reporter, which reads them.
#ifndef EMU_DEBUG_CORE_ABI_H
#define EMU_DEBUG_CORE_ABI_H

#include <stddef.h>
#include <stdint.h>

enum {
    NOTE_PRSTATUS = 1,
    NOTE_FPREGSET = 2,
    NOTE_PRPSINFO = 3,
    NOTE_AUXV = 6,
    NOTE_SIGINFO = 0x53494749,
    NOTE_FILE = 0x46494c45,
    NOTE_ARM_TLS = 0x401,
    NOTE_ARM_HW_BREAK = 0x402,
    NOTE_ARM_HW_WATCH = 0x403,
    NOTE_ARM_SYSTEM_CALL = 0x404,
    NOTE_ARM_PAC_MASK = 0x406,
    NOTE_ARM_TAGGED_ADDR_CTRL = 0x409,
    NOTE_ARM_PAC_ENABLED_KEYS = 0x40a,
    NOTE_ARM_FPMR = 0x40e,
    NOTE_REPORT = 1, // with the name below: what the emulator knows besides (debug/report.h)
};
#define CORE_NAME   "CORE"
#define LINUX_NAME  "LINUX"
#define REPORT_NAME "a64kit"

struct core_timeval {
    int64_t seconds, microseconds;
};

struct core_registers {
    uint64_t x[31], sp, pc, pstate;
};

struct core_prstatus {
    int32_t signo, code, error;
    int16_t current_signal;
    uint64_t pending, blocked;
    int32_t pid, ppid, pgrp, sid; // pid is the thread's
    struct core_timeval user, system, children_user, children_system;
    struct core_registers registers;
    int32_t fp_valid;
};
_Static_assert(sizeof(struct core_prstatus) == 392, "struct elf_prstatus of arm64");
_Static_assert(offsetof(struct core_prstatus, registers) == 112, "struct elf_prstatus of arm64");

struct core_prpsinfo {
    int8_t state, state_letter, zombie, nice;
    uint64_t flags;
    uint32_t uid, gid;
    int32_t pid, ppid, pgrp, sid;
    char name[16], arguments[80];
};
_Static_assert(sizeof(struct core_prpsinfo) == 136, "struct elf_prpsinfo of arm64");

struct core_fpsimd {
    uint64_t v[32][2];
    uint32_t fpsr, fpcr, unused[2];
};
_Static_assert(sizeof(struct core_fpsimd) == 528, "struct user_fpsimd_state of arm64");

// Of NT_FILE: the head, then as many entries, then as many names, ended by NUL.
struct core_files {
    uint64_t count, page_size;
};
struct core_file_range {
    uint64_t start, end, page; // page: where in the file it begins, in pages
};

#endif
