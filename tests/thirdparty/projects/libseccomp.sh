# SPDX-License-Identifier: MIT
# source: libseccomp
# by hand: it starts tens of thousands of programs
# Its tests of live filters and of its functions, and three of 40 files with filters that it makes and simulates, those that ask
# the same on every machine: each call that a filter is asked about is a test, and starts about ten programs.
suite() {
    needs gperf gperf
    cd "$source"
    host=''
    [ "$machine" = native ] || host=--host=aarch64-linux-gnu
    logged ./configure $host --enable-static --disable-shared CFLAGS=-O1
    logged make -j"$JOBS"
    logged make -C tests -j"$JOBS" check-build
    cd tests
    for tests in '-T live' '-T basic' '-T bpf-sim -b 36-sim-ipc_syscalls -b 42-sim-adv_chains -b 43-sim-a2_order'; do
        # shellcheck disable=SC2086
        emulated ./regression $tests
    done | sed -nE 's/^Test ([^ ]+) result: +SUCCESS.*/passed \1/p; s/^Test ([^ ]+) result: +(FAILURE|ERROR).*/failed \1/p'
}
