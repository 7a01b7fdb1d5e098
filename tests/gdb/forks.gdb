# program: forks
# status: 16
set detach-on-fork off
@CONNECT@
break work
break end_of
#= Breakpoint 2
continue
#= New inferior 2
#= hit Breakpoint 2.*, end_of
# Three processes, and all stand; each goes on by itself.
info threads
#= 1.1 .*end_of
#= 1.2 .*Thread
#= 2.1 .*Thread
#= 3.1 .*Thread
inferior 3
#= Switching to inferior 3
print go_on = 7
#= = 7
continue
#= hit Breakpoint 1.*work \(n=10\)
inferior 1
print go_on
#= = 0
inferior 3
finish
#= Value returned is .* = 11
continue
#= Inferior 3 .*exited with code 013
# From here on all run together, a grandchild too.
condition 2 0
set schedule-multiple on
inferior 2
continue
#= New inferior 4
#= hit Breakpoint .*work \(n=1\)
continue
#= Inferior 4 .*exited with code 02
inferior 2
continue
#= hit Breakpoint .*work \(n=2\)
continue
#= Inferior 2 .*exited with code 05
inferior 1
continue
#= Inferior 1 .*exited with code 020
#= program: sum 16
