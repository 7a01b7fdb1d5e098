// SPDX-License-Identifier: MIT
// Objects that gdb reads piece by piece (qXfer): "offset,length" is answered by 'm' and a piece, or
// 'l' and the last one.
#include "debug/gdb_commands.h"
#include "debug/gdb_regs.h"

#include <string.h>

enum { PIECE = GDB_PACKET / 2 - 8 };

enum gdb_answer gdb_part(const char *args, const void *object, size_t size)
{
    uint64_t offset, length;
    if (!gdb_number(&args, &offset) || !gdb_skip(&args, ",") || !gdb_number(&args, &length))
        return GDB_INVALID;
    offset = offset < size ? offset : size;
    uint64_t left = size - offset, n = length < left ? length : left;
    n = n < PIECE ? n : PIECE;
    gdb_char(&gdb.out, n < left ? 'm' : 'l');
    gdb_binary(&gdb.out, (const char *)object + offset, n);
    return GDB_ANSWER;
}

GDB_COMMAND(description)
{
    size_t size;
    (void)length;
    const char *text = gdb_regs_description(&size);
    return gdb_part(args, text, size);
}

GDB_COMMAND(auxv)
{
    (void)length;
    return gdb_part(args, process.auxv, process.auxv_size);
}

// "[pid]:offset,length"
GDB_COMMAND(exec_file)
{
    uint64_t pid;
    (void)length;
    gdb_number(&args, &pid);
    if (!gdb_skip(&args, ":"))
        return GDB_INVALID;
    return gdb_part(args, process.exe, strlen(process.exe));
}

enum { SIGINFO = 128 };

GDB_COMMAND(siginfo)
{
    (void)length;
    const struct traced *x = gdb_chosen();
    return x ? gdb_part(args, &x->info, SIGINFO) : GDB_INVALID;
}

GDB_COMMAND(set_siginfo)
{
    uint64_t offset;
    const char *end = args + length;
    struct traced *x = gdb_chosen();
    if (!x || !gdb_number(&args, &offset) || !gdb_skip(&args, ":"))
        return GDB_INVALID;
    size_t n = (size_t)(end - args);
    if (offset > SIGINFO || n > SIGINFO - offset)
        return GDB_INVALID;
    memcpy((char *)&x->info + offset, args, n);
    gdb_printf(&gdb.out, "%zx", n);
    return GDB_ANSWER;
}
