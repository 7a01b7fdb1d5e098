# SPDX-License-Identifier: MIT
# source: liburing
# by hand: its 140 programs take five minutes, and most of what they find is the kernel's
# Each program of its folder test. Not those that a kernel of today does not let end within a minute (natively neither), not
# double-poll-crash, which is for x86 alone, and not poll-cancel-all, which leaves threads of the kernel's ten milliseconds to begin.
# A line for those that say that they cannot run here, too.
other='d4ae271dfaae io_uring_register multicqes_drain double-poll-crash poll-cancel-all'
suite() {
    cd "$source"
    logged ./configure --cc="${cross}gcc" --cxx="${cross}g++"
    logged make -C src -j"$JOBS"
    logged make -C test -k -j"$JOBS" CFLAGS='-O1 -w' CXXFLAGS='-O1 -w' LDFLAGS=-static
    cd test
    find . -name '*.t' | sed 's,^\./,,; s/\.t$//' | sort | grep -vxE "($(echo "$other" | tr ' ' '|'))" >programs
    # Each in a folder of its own, where it leaves files.
    cat >one <<'END'
mkdir "$1.d" && cp exec-target.t "$1.d" && cd "$1.d" || exit
status=0
timeout -s INT -k 5 180 $RUN ../"$1.t" >../"$1.out" 2>&1 || status=$?
cd .. && rm -rf "$1.d"
case $status in
0) echo "passed $1" ;;
77) echo "passed $1:left_out" ;;
*) echo "failed $1" ;;
esac
END
    # Not by way of a64kit exec, in whose namespace nobody may lock much memory.
    [ "$machine" = native ] && RUN='' || RUN=$A64RUN
    export RUN
    xargs -n 1 sh one <programs
}
