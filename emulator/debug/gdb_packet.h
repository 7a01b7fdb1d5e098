// SPDX-License-Identifier: MIT
// The packets of gdb's remote serial protocol: from bytes to packets and back. No input or output
// is done here, so that it can be tried with any input.
#ifndef EMU_DEBUG_GDB_PACKET_H
#define EMU_DEBUG_GDB_PACKET_H

#include "base/host.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GDB_PACKET = 0x4000 }; // bytes of a packet's content, at most

// What a byte has led to.
enum gdb_event {
    GDB_NOTHING,
    GDB_COMPLETE,  // a packet is in `data`
    GDB_DAMAGED,   // one with a wrong checksum, or too long a one, has ended
    GDB_INTERRUPT, // the byte 3 outside of a packet
    GDB_AGAIN,     // a '-': the last answer is to be sent again
};

struct gdb_input {
    char data[GDB_PACKET + 1]; // of the packet, unescaped; a NUL behind it
    unsigned length;
    enum { GDB_OUTSIDE, GDB_INSIDE, GDB_ESCAPED, GDB_SUM, GDB_SUM_2 } at;
    uint8_t sum, told;
    bool too_long;
};

enum gdb_event gdb_feed(struct gdb_input *in, uint8_t byte);

// An answer in the making. What does not fit is left out, and `full` says so.
struct gdb_output {
    char data[2 * GDB_PACKET + 8]; // with frame
    unsigned length;
    bool full;
};

void gdb_begin(struct gdb_output *o, char kind); // '$' a packet, '%' a notification
void gdb_end(struct gdb_output *o);              // adds the checksum
void gdb_char(struct gdb_output *o, char c);
void gdb_text(struct gdb_output *o, const char *text);
void gdb_printf(struct gdb_output *o, const char *fmt, ...) PRINTF_LIKE(2, 3);
void gdb_hex(struct gdb_output *o, const void *bytes, size_t size);    // two digits a byte
void gdb_binary(struct gdb_output *o, const void *bytes, size_t size); // escaped

// Reads hexadecimal digits: the number, and *text moves behind it. False if there are none, or too
// many.
bool gdb_number(const char **text, uint64_t *v);

// As many bytes from pairs of digits; false if they are not there.
bool gdb_bytes(const char *text, void *bytes, size_t size);

// Whether *text begins with `word`; then it moves behind it.
bool gdb_skip(const char **text, const char *word);

#endif
