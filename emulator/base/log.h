// SPDX-License-Identifier: MIT
// Log channels: one row each in base/log.def, one bit each in log_mask. A disabled channel costs
// one test.
#ifndef EMU_BASE_LOG_H
#define EMU_BASE_LOG_H

#include "base/host.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum log_channel {
#define LOG_CHANNEL(id, what) LOG_##id,
#include "base/log.def"
#undef LOG_CHANNEL
    LOG_CHANNEL_COUNT
};

extern uint32_t log_mask;

static inline bool log_on(enum log_channel c)
{
    return unlikely(log_mask >> c & 1);
}

// A file that lines go to, in this process and in the programs it starts.
struct log_stream {
    FILE *file;           // without a lock of its own
    char again[1 + 4096]; // what log_stream_open takes in another program to go on with it
};

// Opens `path` (%d becomes the process id); +path goes on with a file that is there. False with
// errno set if it cannot be opened.
bool log_stream_open(struct log_stream *s, const char *path);

// Writes a text to it, or to the log if it is not open. No lock is taken, so that a process that
// shares this memory may be killed here: a piece is one system call.
void log_stream_put(const struct log_stream *s, const char *text, size_t size);

// Where log lines go, standard error unless log_open was called, for what is printed with the
// engine's lock; whole lines, since other pieces go past it. Its descriptor, or -1 if it is
// standard error.
FILE *log_file(void);
int log_fd(void);

// Sends log lines to `path`, as log_stream_open takes it.
bool log_open(const char *path);

// What log_open takes in another program to go on with this log; NULL if it is standard error.
const char *log_again(void);

// Turns on a comma-separated list of channels. Returns NULL, or the first unknown name (static
// storage).
const char *log_enable(const char *list);

// Prints the channels, one line each.
void log_list(FILE *out);

// Once, at the start: the streams of the C library take no locks, which nobody could give back
// after the death of a process that shares this memory.
void log_init(void);

// Writes one formatted piece to the log.
void log_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
