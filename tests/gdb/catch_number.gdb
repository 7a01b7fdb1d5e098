# program: memory
@CONNECT@
catch syscall 59
#= Catchpoint 1 \(syscall 'pipe2' \[59\]\)
continue
#= Catchpoint 1 \(call to syscall pipe2
delete
catch syscall group:process
continue
#= Catchpoint 2 \(call to syscall exit_group
continue
#= exited normally
