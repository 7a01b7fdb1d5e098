// SPDX-License-Identifier: MIT
// Packets about what the two sides can do, and settings.
#include "debug/gdb_commands.h"
#include "debug/gdb_signals.h"
#include "linux/tags.h"

#include <errno.h>
#include <string.h>

GDB_COMMAND(supported)
{
    (void)length;
    gdb.numbers_processes = strstr(args, "multiprocess+");
    gdb.follows_forks = strstr(args, "fork-events+") && gdb.numbers_processes;
    gdb.follows_vforks = strstr(args, "vfork-events+") && gdb.numbers_processes;
    gdb.tells_swbreak = strstr(args, "swbreak+");
    gdb.catches_exec = strstr(args, "exec-events+");
    gdb_printf(&gdb.out, "PacketSize=%x", GDB_PACKET - 1);
    gdb_text(
        &gdb.out,
        ";QStartNoAckMode+;multiprocess+;swbreak+;hwbreak+;fork-events+;vfork-events+;exec-events+;"
        "vContSupported+;no-resumed+;QNonStop+;QPassSignals+;QProgramSignals+;"
        "QCatchSyscalls+;QEnvironmentHexEncoded+;QEnvironmentUnset+;QEnvironmentReset+;"
        "QSetWorkingDir+;ConditionalBreakpoints+;qXfer:features:read+;qXfer:auxv:read+;"
        "qXfer:exec-file:read+;qXfer:threads:read+;qXfer:siginfo:read+;qXfer:siginfo:write+;"
        "qXfer:osdata:read+");
    if (tags_supported())
        gdb_text(&gdb.out, ";memory-tagging+");
    return GDB_ANSWER;
}

GDB_COMMAND(extended)
{
    (void)args;
    (void)length;
    gdb.extended = true;
    return GDB_OK;
}

// The answer itself is acknowledged still, which nobody waits for.
GDB_COMMAND(no_acks)
{
    (void)args;
    (void)length;
    gdb.quiet = true;
    return GDB_OK;
}

GDB_COMMAND(non_stop)
{
    (void)length;
    gdb.non_stop = *args == '1';
    return GDB_OK;
}

GDB_COMMAND(attached)
{
    (void)args;
    (void)length;
    gdb_char(&gdb.out, '1'); // gdb detaches when it ends
    return GDB_ANSWER;
}

// "nr;nr;...", gdb's numbers. Those of Linux as bits.
static bool signal_set(const char *args, uint64_t *set)
{
    *set = 0;
    while (*args) {
        uint64_t number;
        if (!gdb_number(&args, &number) || number > UINT8_MAX)
            return false;
        int sig = gdb_signal_of((unsigned)number);
        if (sig)
            *set |= UINT64_C(1) << (sig - 1);
        if (!gdb_skip(&args, ";"))
            break;
    }
    return !*args;
}

GDB_COMMAND(pass_signals)
{
    uint64_t set;
    (void)length;
    if (!signal_set(args, &set))
        return GDB_INVALID;
    tracing.passed = set;
    tracing_watch_signals();
    return GDB_OK;
}

// Which signals may be given to the program when gdb detaches: gdb says then which one it is.
GDB_COMMAND(program_signals)
{
    uint64_t set;
    (void)length;
    return signal_set(args, &set) ? GDB_OK : GDB_INVALID;
}

// "0", "1" (all of them), "1;nr;nr...".
GDB_COMMAND(catch_calls)
{
    uint64_t on, nr;
    (void)length;
    if (!gdb_number(&args, &on) || on > 1)
        return GDB_INVALID;
    memset(tracing.calls, 0, sizeof tracing.calls);
    tracing.all_calls = on && !*args;
    while (gdb_skip(&args, ";")) {
        if (!gdb_number(&args, &nr))
            return GDB_INVALID;
        if (on && nr < 8 * sizeof tracing.calls)
            tracing.calls[nr / 64] |= UINT64_C(1) << nr % 64;
    }
    tracing_watch_calls();
    return GDB_OK;
}

// gdb offers to look symbols up: nothing is needed.
GDB_COMMAND(symbols)
{
    (void)args;
    (void)length;
    return GDB_OK;
}
