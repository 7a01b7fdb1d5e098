# program: vforks
set follow-fork-mode child
@CONNECT@
break prepare
break child
continue
#= Attaching after .* vfork to child
#= Breakpoint 2, child
next
#= Breakpoint 1.*, prepare \(by=20\)
backtrace
#= #0  prepare \(by=20
#= #1 .* child
#= #2 .* main
watch shared
continue
#= Hardware watchpoint 3: shared
#= Old value = 1
#= New value = 21
next
#= Hardware watchpoint 3: shared
#= New value = 42
delete 3
finish
#= Value returned is .* = 42
print $_siginfo.si_signo
delete
call prepare(0)
#= = 84
set var shared = 50
break main
continue
#= is executing new program
#= Breakpoint 4.*, main \(argc=2
info inferiors
continue
#= exited with code 03
#= program: status 3 shared 50
