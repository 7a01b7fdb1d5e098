# SPDX-License-Identifier: MIT
# label: full
# The stacks of a core file are the report's, frame by frame, as gdb, eu-stack and lldb see them; and eu-readelf reads all its notes.
. "$SOURCE_DIR/lib/common.sh"
need_reporter
[ -n "$GDB" ] || skip 'gdb-multiarch is missing: apt-get install gdb-multiarch'
cat >frames.py <<'END'
for thread in gdb.selected_inferior().threads():
    thread.switch()
    frame = gdb.newest_frame()
    while frame:
        if frame.type() != gdb.INLINE_FRAME:
            print("frame", thread.ptid[1], "%#x" % frame.pc())
        frame = frame.older()
END
# same what: its frames, as lines "THREAD ADDRESS" in the order of threads, are the report's.
same() {
    sort -s -n -k 1,1 "$1" >"$1.sorted"
    diff -u reported.sorted "$1.sorted" >difference || { cat difference; fail "$name: $1 has other stacks than the report"; }
}
for name in crash.static crash.dynamic crash.signed; do
    run "$A64RUN" --report=always --core=threads.core "$GUEST/$name" threads
    ends_with 'signal 11'
    awk '/^  thread [0-9]+/ { thread = $2 }
         /^    #[0-9]+ +0x/ { sub(/0x0*/, "0x", $2); print thread, $2 }' err >reported
    [ "$(cut -d' ' -f1 reported | sort -u | wc -l)" = 12 ] || fail 'not the stacks of 12 threads'
    sort -s -n -k 1,1 reported >reported.sorted
    ask_gdb "$GUEST/$name" threads.core -ex 'set backtrace past-main on' -ex 'set backtrace past-entry on' -x frames.py
    sed -n 's/^frame //p' gdb >by_gdb
    same by_gdb
    if command -v eu-stack >/dev/null; then
        eu-stack --core=threads.core -e "$GUEST/$name" >eu 2>eu.err || { cat eu.err; fail 'eu-stack'; }
        awk '/^TID/ { thread = $2 + 0 } /^#/ { sub(/0x0*/, "0x", $2); print thread, $2 }' eu >by_eu
        # elfutils 0.188 does not take the signature from a return address.
        [ $name = crash.signed ] || same by_eu
        eu-readelf -n threads.core >notes 2>notes.err || { cat notes.err; fail 'eu-readelf'; }
        [ -s notes.err ] && { cat notes.err; fail 'eu-readelf has something to say'; }
        [ "$(grep -c '^ *CORE .* PRSTATUS' notes)" = 12 ] || { cat notes; fail 'not 12 threads'; }
    fi
    lldb=${LLDB:-$(command -v lldb || :)}
    if [ -n "$lldb" ]; then
        timeout 100 "$lldb" -x -b -o "platform select remote-linux --sysroot $SYSROOT" -o "target create --core threads.core $GUEST/$name" \
            -o 'thread list' -o 'thread backtrace all' >lldb 2>&1
        [ "$(grep -c '^[* ] thread #[0-9]*' lldb)" -ge 12 ] || { cat lldb; fail 'lldb: not 12 threads'; }
        has 'frame #[0-9]+: .*main' lldb
    fi
done
rm -f ./*.core
