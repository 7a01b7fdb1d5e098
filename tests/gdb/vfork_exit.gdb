# program: vforks ends
set follow-fork-mode child
@CONNECT@
break prepare
continue
#= Attaching after .* vfork to child
#= Breakpoint 1.*, prepare \(by=20\)
stepi
info threads
#= \* 2.* Thread
continue
#= Detaching vfork parent process .* after child exit
#= Inferior 2 .* exited with code 052
#= program: status 42 shared 42
