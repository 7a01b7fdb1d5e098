# program: hello
# target: extended
# status: any
set remote exec-file @BIN@/hello
@CONNECT@
break main
continue
#= Breakpoint 1, main \(argc=1
continue
#= exited with code 03
run one two
#= Breakpoint 1, main \(argc=3
print argv[2]
#= "two"
continue
#= exited with code 03
#= program: total 10
