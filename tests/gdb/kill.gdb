# program: hello
# status: 137
@CONNECT@
break main
continue
#= Breakpoint 1, main
kill
#= killed
