# program: threads
# What the system has, as the program finds it in its /proc.
@CONNECT@
info os
#= processes +Listing of all processes
#= threads +Listing of all threads
#= files +Listing of all file descriptors
break all_work
continue
#= hit Breakpoint 1, all_work
python
import re
def rows(table, *regexes):
    """Whether the table has so many rows of this process, in this order of their first columns."""
    text = gdb.execute("info os " + table, to_string=True)
    own = [l for l in text.splitlines() if re.match(r"%d " % gdb.selected_inferior().pid, l)]
    print(table, len(own), all(any(re.search(r, l) for l in own) for r in regexes))
rows("processes", r"^\d+ +\d+ +.*/threads *\d+ *$") # gdb leaves no gap behind the longest
rows("threads", r"^(\d+) +threads +\1 +\d+ *$")
rows("files", r" threads +1 +/.*program.txt *$")
try:
    gdb.execute("info os nothing")
except gdb.error as error:
    print(error)
end
#= processes 1 True
#= threads [5-9] True
#= files .* True
#= Can not fetch data now
delete
continue
#= exited normally
