# program: hello
# target: extended
# status: any
# A program that still runs is started again, and one that was killed.
set remote exec-file @BIN@/hello
@CONNECT@
break add
continue
#= Breakpoint 1, add \(a=0, b=0
run first
#= Breakpoint 1, add \(a=0, b=0
up
print argv[1]
#= "first"
continue
#= Breakpoint 1, add \(a=0, b=1
kill
#= Inferior 1 .* killed
info inferiors
#= <null>
run second
#= Breakpoint 1, add \(a=0, b=0
delete
continue
#= exited with code 03
run third
#= exited with code 03
