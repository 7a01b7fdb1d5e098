# program: threads.static
# status: any
# Variables of threads of a program without libraries.
@CONNECT@
break main
continue
#= Breakpoint 1, main
print number
#= = 9
break at_work if me == 2
continue
#= hit Breakpoint 2, .*at_work \(me=2\)
print number
#= = 3
print number = 30
thread apply all print number
#= = 30
#= Thread 1
#= = 9
kill
#= killed
