# program: hello
# status: any
# A checkpoint is a process that stands; one goes back to it, and again from a copy of that.
set detach-on-fork off
@CONNECT@
break add
continue
#= Breakpoint 1, add \(a=0, b=0\)
continue
#= Breakpoint 1, add \(a=0, b=1\)
monitor checkpoint
#= a copy of the process is left here
continue
#= New inferior 2
#= hit Breakpoint 1.*, add \(a=1, b=2\)
continue
#= hit Breakpoint 1.*, add \(a=3, b=3\)
print counter
#= = 3
inferior 2
#= add \(a=0, b=1\)
print counter
#= = 1
monitor checkpoint
#= a copy of the process is left here
continue
#= New inferior 3
#= hit Breakpoint 1.*, add \(a=1, b=2\)
set var counter = 100
kill inferiors 1
inferior 3
#= add \(a=0, b=1\)
print counter
#= = 1
delete
continue
#= Inferior 3 .* exited with code 03
inferior 2
print counter
#= = 100
continue
#= Inferior 2 .* exited with code 03
#= program: total 10 scaled 15.0 hello
#= program: total 10 scaled 15.0 hello
