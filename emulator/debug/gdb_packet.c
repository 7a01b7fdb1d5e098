// SPDX-License-Identifier: MIT
#include "debug/gdb_packet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { INTERRUPT = 3, ESCAPE = '}', ESCAPE_XOR = 0x20 };

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add(struct gdb_input *in, uint8_t byte)
{
    if (in->length < GDB_PACKET)
        in->data[in->length++] = (char)byte;
    else
        in->too_long = true;
}

static enum gdb_event outside(struct gdb_input *in, uint8_t byte)
{
    switch (byte) {
    case '$':
        in->at = GDB_INSIDE;
        in->length = 0;
        in->sum = 0;
        in->too_long = false;
        return GDB_NOTHING;
    case INTERRUPT: return GDB_INTERRUPT;
    case '-': return GDB_AGAIN;
    default: return GDB_NOTHING;
    }
}

enum gdb_event gdb_feed(struct gdb_input *in, uint8_t byte)
{
    int d = digit((char)byte);
    switch (in->at) {
    case GDB_OUTSIDE: return outside(in, byte);
    case GDB_INSIDE:
        if (byte == '$') // the one before was cut off
            return outside(in, byte);
        if (byte == '#') {
            in->at = GDB_SUM;
            return GDB_NOTHING;
        }
        in->sum = (uint8_t)(in->sum + byte);
        if (byte == ESCAPE)
            in->at = GDB_ESCAPED;
        else
            add(in, byte);
        return GDB_NOTHING;
    case GDB_ESCAPED:
        in->sum = (uint8_t)(in->sum + byte);
        add(in, byte ^ ESCAPE_XOR);
        in->at = GDB_INSIDE;
        return GDB_NOTHING;
    case GDB_SUM:
        in->told = (uint8_t)(d < 0 ? ~in->sum : d << 4);
        in->at = GDB_SUM_2;
        return GDB_NOTHING;
    case GDB_SUM_2: break;
    }
    in->at = GDB_OUTSIDE;
    in->data[in->length] = 0;
    bool right = d >= 0 && (in->told & 0xf0) == (in->sum & 0xf0) && d == (in->sum & 15);
    return right && !in->too_long ? GDB_COMPLETE : GDB_DAMAGED;
}

static const char digits[] = "0123456789abcdef";

void gdb_begin(struct gdb_output *o, char kind)
{
    o->data[0] = kind;
    o->length = 1;
    o->full = false;
}

static void put(struct gdb_output *o, char c)
{
    if (o->length < sizeof o->data - 3)
        o->data[o->length++] = c;
    else
        o->full = true;
}

void gdb_end(struct gdb_output *o)
{
    uint8_t sum = 0;
    for (unsigned i = 1; i < o->length; i++)
        sum = (uint8_t)(sum + (uint8_t)o->data[i]);
    o->data[o->length++] = '#';
    o->data[o->length++] = digits[sum >> 4];
    o->data[o->length++] = digits[sum & 15];
}

static bool is_special(char c)
{
    return c == '$' || c == '#' || c == ESCAPE || c == '*';
}

void gdb_char(struct gdb_output *o, char c)
{
    put(o, c);
}

void gdb_text(struct gdb_output *o, const char *text)
{
    while (*text)
        put(o, *text++);
}

void gdb_printf(struct gdb_output *o, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    gdb_text(o, text);
}

void gdb_hex(struct gdb_output *o, const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < size; i++) {
        put(o, digits[p[i] >> 4]);
        put(o, digits[p[i] & 15]);
    }
}

void gdb_binary(struct gdb_output *o, const void *bytes, size_t size)
{
    const char *p = bytes;
    for (size_t i = 0; i < size; i++) {
        if (is_special(p[i])) {
            put(o, ESCAPE);
            put(o, (char)(p[i] ^ ESCAPE_XOR));
        } else {
            put(o, p[i]);
        }
    }
}

bool gdb_number(const char **text, uint64_t *v)
{
    const char *p = *text;
    unsigned count = 0;
    *v = 0;
    for (int d; (d = digit(*p)) >= 0; p++, count++)
        *v = *v << 4 | (unsigned)d;
    *text = p;
    return count > 0 && count <= 16;
}

bool gdb_bytes(const char *text, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    for (size_t i = 0; i < size; i++) {
        int high = digit(text[2 * i]), low = high < 0 ? -1 : digit(text[2 * i + 1]);
        if (low < 0)
            return false;
        to[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool gdb_skip(const char **text, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*text, word, n) != 0)
        return false;
    *text += n;
    return true;
}
