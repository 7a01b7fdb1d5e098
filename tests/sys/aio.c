// SPDX-License-Identifier: MIT
// beyond: asynchronous input and output
// A write and a read that go on by themselves.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    aio_context_t context = 0;
    char text[] = "written later", back[16] = {0};
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(syscall(SYS_io_setup, 8, &context) == 0 && context != 0);
    struct iocb write_block = {.aio_data = 77,
                               .aio_lio_opcode = IOCB_CMD_PWRITE,
                               .aio_fildes = (unsigned)fd,
                               .aio_buf = (unsigned long)text,
                               .aio_nbytes = 13};
    struct iocb read_block = {.aio_data = 78,
                              .aio_lio_opcode = IOCB_CMD_PREAD,
                              .aio_fildes = (unsigned)fd,
                              .aio_buf = (unsigned long)back,
                              .aio_nbytes = 16};
    struct iocb *list[1] = {&write_block};
    struct io_event event[2];
    CHECK(syscall(SYS_io_submit, context, 1l, list) == 1);
    CHECK(syscall(SYS_io_getevents, context, 1l, 2l, event, 0l) == 1 && event[0].data == 77 &&
          event[0].res == 13);
    list[0] = &read_block;
    CHECK(syscall(SYS_io_submit, context, 1l, list) == 1);
    CHECK(syscall(SYS_io_getevents, context, 1l, 2l, event, 0l) == 1 && event[0].data == 78 &&
          event[0].res == 13);
    CHECK(!strcmp(back, text));
    CHECK(syscall(SYS_io_submit, context, 1l, 16l) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_io_destroy, context) == 0 && syscall(SYS_io_destroy, context) == -1 &&
          errno == EINVAL);
    return guest_done();
}
