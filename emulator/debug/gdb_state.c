// SPDX-License-Identifier: MIT
// Packets about registers and memory.
#include "debug/breaks.h"
#include "debug/gdb_commands.h"
#include "debug/gdb_memory.h"
#include "debug/gdb_regs.h"

#include <errno.h>
#include <string.h>

GDB_COMMAND(registers)
{
    (void)args;
    (void)length;
    const struct traced *x = gdb_chosen();
    if (!x)
        return GDB_INVALID;
    gdb_regs_put(&gdb.out, x);
    return GDB_ANSWER;
}

GDB_COMMAND(set_registers)
{
    (void)length;
    struct traced *x = gdb_chosen();
    if (!x)
        return GDB_INVALID;
    traced_settle(x);
    return gdb_regs_set(x, args) ? GDB_OK : GDB_INVALID;
}

GDB_COMMAND(reg)
{
    uint64_t number;
    (void)length;
    const struct traced *x = gdb_chosen();
    if (!x || !gdb_number(&args, &number) || number > UINT16_MAX)
        return GDB_INVALID;
    return gdb_reg_put(&gdb.out, x, (unsigned)number) ? GDB_ANSWER : GDB_INVALID;
}

GDB_COMMAND(set_reg)
{
    uint64_t number;
    (void)length;
    struct traced *x = gdb_chosen();
    if (!x || !gdb_number(&args, &number) || number > UINT16_MAX || !gdb_skip(&args, "="))
        return GDB_INVALID;
    traced_settle(x);
    return gdb_reg_set(x, (unsigned)number, args) ? GDB_OK : GDB_INVALID;
}

// "address,length" at the beginning of *args.
static bool range(const char **args, uint64_t *addr, uint64_t *size)
{
    return gdb_number(args, addr) && gdb_skip(args, ",") && gdb_number(args, size);
}

enum { PIECE = GDB_PACKET / 2 };

GDB_COMMAND(memory)
{
    static uint8_t bytes[PIECE];
    uint64_t addr, size;
    (void)length;
    if (!range(&args, &addr, &size))
        return GDB_INVALID;
    int64_t n = memory_read(addr, bytes, size < PIECE ? size : PIECE);
    if (n <= 0 && size)
        gdb_put_error(EFAULT);
    else
        gdb_hex(&gdb.out, bytes, n > 0 ? (size_t)n : 0);
    return GDB_ANSWER;
}

static enum gdb_answer write_to(uint64_t addr, const void *bytes, uint64_t size)
{
    if (memory_write(addr, bytes, size))
        return GDB_OK;
    gdb_put_error(EFAULT);
    return GDB_ANSWER;
}

GDB_COMMAND(set_memory)
{
    static uint8_t bytes[PIECE];
    uint64_t addr, size;
    (void)length;
    if (!range(&args, &addr, &size) || !gdb_skip(&args, ":") || size > PIECE ||
        !gdb_bytes(args, bytes, size))
        return GDB_INVALID;
    return write_to(addr, bytes, size);
}

GDB_COMMAND(set_memory_binary)
{
    const char *end = args + length;
    uint64_t addr, size;
    if (!range(&args, &addr, &size) || !gdb_skip(&args, ":") || size > (uint64_t)(end - args))
        return GDB_INVALID;
    return write_to(addr, args, size);
}

// ";X len,code X len,code ...": conditions become one behind the other (debug/breaks.h).
static bool conditions(const char *args, uint8_t *code, size_t *size)
{
    *size = 0;
    for (;;) {
        uint64_t n;
        if (gdb_skip(&args, ";")) {
            if (gdb_skip(&args, "cmds:")) // there are none: they were not offered
                return true;
        }
        if (!gdb_skip(&args, "X"))
            return !*args;
        if (!gdb_number(&args, &n) || !gdb_skip(&args, ",") || n > BREAK_CODE ||
            *size + 2 + n > BREAK_CODE || !gdb_bytes(args, code + *size + 2, n))
            return false;
        code[*size] = (uint8_t)n;
        code[*size + 1] = (uint8_t)(n >> 8);
        *size += 2 + n;
        args += 2 * n;
    }
}

// "kind,address,size"
static bool point(const char **args, uint64_t *kind, uint64_t *addr, uint64_t *size)
{
    return gdb_number(args, kind) && gdb_skip(args, ",") && range(args, addr, size) &&
           *kind < BREAK_KINDS;
}

static enum gdb_answer result_of(int error)
{
    if (!error)
        return GDB_OK;
    gdb_put_error(-error);
    return GDB_ANSWER;
}

GDB_COMMAND(set_point)
{
    uint64_t kind, addr, size;
    uint8_t code[BREAK_CODE];
    size_t code_size;
    (void)length;
    if (!point(&args, &kind, &addr, &size) || !conditions(args, code, &code_size))
        return GDB_INVALID;
    if (kind >= WATCH_WRITE)
        return result_of(watch_set(addr, size, (unsigned)kind));
    return result_of(break_set(addr, code, code_size));
}

GDB_COMMAND(unset_point)
{
    uint64_t kind, addr, size;
    (void)length;
    if (!point(&args, &kind, &addr, &size))
        return GDB_INVALID;
    if (kind >= WATCH_WRITE)
        return result_of(watch_unset(addr, size, (unsigned)kind));
    return result_of(break_unset(addr));
}
