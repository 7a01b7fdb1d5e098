# program: ends
# options: --inject=exit_group:delay_enter=3s
# target: extended
# status: 7
# A thread ends the process while gdb is shown another's stop: left, it ends, though gdb stays.
@CONNECT@
python pid = gdb.selected_inferior().pid
tbreak work
continue
#= hit Temporary breakpoint
shell sleep 4
detach
#= detached
python
import time

def runs():
    try:
        with open("/proc/%d/cmdline" % pid) as file:
            return file.read() != ""
    except OSError:
        return False

looks = 0
while runs() and looks < 100:
    looks += 1
    time.sleep(0.1)
print("held" if runs() else "gone")
end
#= gone
