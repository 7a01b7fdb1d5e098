# program: spawn
@CONNECT@
break main
continue
#= Breakpoint 1, main \(argc=1
catch vfork
continue
#= Catchpoint 2 \(vforked process
break after
continue
#= Detaching vfork parent|Detaching after vfork|Breakpoint 3, after
continue
#= exited normally
#= program: spawned
