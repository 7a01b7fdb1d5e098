# program: family
@CONNECT@
catch fork
continue
#= Catchpoint 1 \(forked process
delete
break child_work
continue
#= Detaching after fork from child
#= exited normally
#= program: child ended with 42
