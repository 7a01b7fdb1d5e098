# program: spawn
set follow-fork-mode child
@CONNECT@
break main
continue
#= Breakpoint 1, main \(argc=1
continue
#= Attaching after .* vfork to child
#= is executing new program
#= Breakpoint 1.*, main \(argc=2
print argv[1]
#= "child"
continue
#= exited with code 03
#= program: spawned
