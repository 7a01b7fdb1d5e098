# program: vforks_two
# gdb: no-file
set detach-on-fork off
set schedule-multiple on
@CONNECT@
break meet
break main if argc == 2
continue
#= hit Breakpoint 1, meet \(number=1\)
# Neither goes on without the other: both are held.
continue
#= hit Breakpoint 1, meet \(number=2\)
info threads
#= 1.3 .* vfork
#= 2.1 .* meet \(number=1\)
#= \* 3.1 .* meet \(number=2\)
print goes = 3
finish
#= Value returned is .* = 6
continue
#= Inferior 3 .* exited with code 010
inferior 2
set var executes = 1
continue
#= is executing new program
#= hit Breakpoint 2.*, main \(argc=2
continue
#= Inferior 2 .* exited with code 03
inferior 1
continue
#= Inferior 1 .* exited normally
#= program: sum 11
