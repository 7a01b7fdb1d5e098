# SPDX-License-Identifier: MIT
# source: libseccomp
# by hand: it starts tens of thousands of programs
# Its tests of live filters, of filters that it makes and simulates, and of its functions. Names end in a number: one for each call
# that a filter is asked about.
suite() {
    needs gperf gperf
    cd "$source"
    host=''
    [ "$machine" = native ] || host=--host=aarch64-linux-gnu
    logged ./configure $host --enable-static --disable-shared CFLAGS=-O1
    logged make -j"$JOBS"
    logged make -C tests -j"$JOBS" check-build
    cd tests
    for kind in live basic bpf-sim; do
        emulated ./regression -T "$kind"
    done | sed -nE 's/^Test ([^ ]+) result: +SUCCESS.*/passed \1/p; s/^Test ([^ ]+) result: +(FAILURE|ERROR).*/failed \1/p'
}
