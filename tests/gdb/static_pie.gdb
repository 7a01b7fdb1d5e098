# program: hello.static-pie
# status: 3
# Relocated by itself, so that gdb learns from the auxiliary vector where it is.
@CONNECT@
break add if a == 3
continue
#= Breakpoint 1, add \(a=3, b=3\)
backtrace
#= #0  add \(a=3, b=3\) at .*hello.c
#= #1 .*main \(argc=1
watch counter
continue
#= Old value = 3
#= New value = 4
delete
continue
#= exited with code 03
