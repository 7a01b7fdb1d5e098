# program: spawn missing
# status: 1
set follow-fork-mode child
@CONNECT@
break main
continue
#= Breakpoint 1, main \(argc=2
continue
#= Attaching after .* vfork to child
#= Detaching vfork parent process .* after child exit
#= Inferior 2 .* exited with code 0177
#= program: not spawned
