# SPDX-License-Identifier: MIT
# packages: tools
# engines: t1
# beyond: qemu-aarch64 has no ptrace
# label: slow
# gdb runs in the emulator, and debugs guests there, as on a machine.
GCONV_PATH=$ROOT/usr/lib/aarch64-linux-gnu/gconv
SHELL=$ROOT/usr/bin/dash
export GCONV_PATH SHELL
bin=$ROOT/usr/bin
# gdb's commands come from standard input.
debugged() {
    echo "## gdb $*" | sed "s|$ROOT||g"
    {
        echo 'set confirm off'
        echo 'set pagination off'
        echo 'set width 0'
        echo 'set breakpoint pending on'
        cat
    } >commands
    SECONDS_EACH=120 guest gdb -nx -batch -x commands --args "$@" 2>&1 </dev/null |
        sed "s|$ROOT||g; s|0x[0-9a-f]*|ADDR|g; s|process [0-9]*|process PID|g; s|(LWP [0-9]*)|(LWP N)|g" |
        grep -v -e 'libthread_db' -e 'debuginfod' -e '^$' -e 'No symbols' -e 'No debugging symbols'
}
debugged "$bin/echo" one two <<'END'
break setlocale
run
info symbol $pc
delete
stepi
info symbol $pc
catch syscall write
continue
print $x0
print $x2
x/s $x1
continue
print $x0
continue
END
debugged "$bin/dash" -c 'kill -USR1 $$; exit 4' <<'END'
run
print $_siginfo.si_signo
signal 0
END
debugged "$bin/dash" -c 'kill -TERM $$; exit 4' <<'END'
run
continue
END
debugged "$bin/dash" -c '"$0"; exit 6' "$bin/false" <<'END'
set follow-fork-mode child
catch exec
run
continue
END
# A function called by gdb, memory that it writes, a register that it sets.
debugged "$bin/echo" one <<'END'
break exit
run
print $x0
set var $x0 = 9
print (unsigned long) strlen("seven..")
print (int) getppid() > 1
continue
END
echo '## gdb -p'
${EMULATOR:+"$EMULATOR" -L "$ROOT"} "$bin/sleep" 1000 &
sleeper=$!
until [ "$(cat "/proc/$sleeper/comm" 2>/dev/null)" = sleep ]; do sleep 0.1; done
sleep 1
SECONDS_EACH=120 guest gdb -nx -batch -ex 'info symbol $pc' -ex 'print $x8' -ex detach "$bin/sleep" "$sleeper" 2>&1 </dev/null |
    sed "s|$ROOT||g; s|$sleeper|PID|g; s|0x[0-9a-f]*|ADDR|g" | grep -e '^\$' -e 'in section' -e Detaching -e detached
kill -0 "$sleeper" && echo 'it lives'
kill "$sleeper"
wait "$sleeper" 2>/dev/null
echo "-- status $?"
