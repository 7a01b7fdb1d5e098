# program: waiting
# target: extended
# Left, and attached to again by its number; nothing else can be attached to.
@CONNECT@
python
pid = gdb.selected_inferior().pid
gdb.execute("detach")
try:
    gdb.execute("attach 1")
except gdb.error as error:
    print("no:", error)
gdb.execute("attach %d" % pid)
end
#= detached
#= no: Attaching to process 1 failed
info threads
#= Thread .*waiting
print go_on = 1
#= = 1
break wait_for_it
detach
#= detached
