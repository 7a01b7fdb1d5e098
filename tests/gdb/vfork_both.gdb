# program: vforks
# gdb: no-file
set detach-on-fork off
set schedule-multiple on
@CONNECT@
break prepare
break main
continue
#= Breakpoint 2, main \(argc=1
continue
#= Breakpoint 1.*, prepare \(by=20\)
info inferiors
#=  1 .*process
#= \* 2 .*process .*vfork
continue
#= is executing new program
#= Breakpoint 2.*, main \(argc=2
continue
#= Inferior 2 .* exited with code 03
inferior 1
continue
#= Inferior 1 .* exited normally
#= program: status 3 shared 42
