# SPDX-License-Identifier: MIT
# source: lua5.1
# The programs of its folder test, each with its output: those of 5.1, since later releases come without their tests.
suite() {
    cd "$source"
    logged make -C src -j"$JOBS" all CC="${cross}gcc" AR="${cross}ar rcu" RANLIB="${cross}ranlib" MYCFLAGS=-DLUA_USE_POSIX MYLIBS=-lm
    cd test
    unset a
    export USER=tester PATH=/usr/bin:/bin # env.lua prints these three
    for program in *.lua; do
        case $program in
        readonly.lua) continue ;; # ends with an error that names a path
        trace-*) continue ;; # prints addresses
        esac
        [ "$program" = luac.lua ] && argument=hello.lua || argument=10
        if echo 'x = 1 -- globals' | emulated timeout 120 ../src/lua "$program" "$argument" >out 2>&1; then
            # Addresses, dates (Sun Nov 29 20:24:16 2026), and times of fractions (0.5, 2.1e-05, 8e-06) or none (fib.lua's 0)
            # are not the same twice.
            sed -E 's/0x[0-9a-f]+/ADDRESS/g; s/[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [0-9]{4}/DATE/g
                s/[0-9]+(\.[0-9]+)?e-[0-9]+|[0-9]+\.[0-9]+/TIME/g; s/\t0\t/\tTIME\t/g' out | cksum | sed "s|^\([0-9]*\) .*|passed $program:\1|"
        else
            echo "failed $program"
        fi
    done
}
