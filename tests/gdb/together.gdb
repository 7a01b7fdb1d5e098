# program: together
# status: 30
set detach-on-fork off
@CONNECT@
break end_of_one
continue
#= New inferior 4
#= hit Breakpoint 1
delete
# They reach the breakpoint and end at the same time, and each stop and end is told, one at a time.
set schedule-multiple on
break work
set $stops = 0
while $stops < 33
set $stops = $stops + 1
inferior 1
continue
end
#= exited with code 012
#= exited with code 012
#= exited with code 012
info breakpoints
#= already hit 30 times
inferior 1
continue
#= Inferior 1 .*exited with code 036
#= program: sum 30
