# program: exec
# status: 5
@CONNECT@
break main
continue
#= Breakpoint 1, main \(argc=1
catch exec
continue
#= is executing new program
#= Catchpoint 2 \(exec'd
continue
#= Breakpoint 1, main \(argc=2
tbreak arrived
continue
#= Temporary breakpoint 3, arrived \(n=4\)
continue
#= exited with code 05
