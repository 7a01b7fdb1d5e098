# program: memory
@CONNECT@
catch syscall pipe2
continue
#= Catchpoint 1 \(call to syscall pipe2
bt 1
#= #0
continue
#= Catchpoint 1 \(returned from syscall pipe2
print $x0
#= = 0
delete
break main
continue
#= exited normally
