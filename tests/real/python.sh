# SPDX-License-Identifier: MIT
# packages: python
# engines: t1
# beyond: qemu-aarch64 cannot run the programs of the root that python starts
# Processes in every way of starting them, threads, asyncio, TLS over sockets, a database, calls of C.
cat >program.py <<'EOF'
import asyncio, concurrent.futures, ctypes, multiprocessing, os, signal, socket, sqlite3, ssl, subprocess, sys, threading, time

def square(n):
    return n * n

def put(queue, n):
    queue.put((n, os.getppid() != 0))

def count(value, lock, times):
    for _ in range(times):
        with lock:
            value.value += 1

def answer(end):
    while (got := end.recv()) is not None:
        end.send(got[::-1])

def by_context(method):
    context = multiprocessing.get_context(method)
    with context.Pool(3) as pool:
        print(method, "pool", pool.map(square, range(8)))
    queue = context.Queue()
    children = [context.Process(target=put, args=(queue, n)) for n in range(3)]
    [c.start() for c in children]
    print(method, "queue", sorted(queue.get(timeout=200) for _ in children))
    [c.join() for c in children]
    value, lock = context.Value("i", 0), context.Lock()
    children = [context.Process(target=count, args=(value, lock, 100)) for _ in range(3)]
    [c.start() for c in children]
    [c.join() for c in children]
    print(method, "value", value.value, [c.exitcode for c in children])
    here, there = context.Pipe()
    child = context.Process(target=answer, args=(there,))
    child.start()
    for text in "abc", list(range(5)):
        here.send(text)
        print(method, "pipe", here.recv())
    child.terminate() if method == "fork" else here.send(None)
    child.join()
    print(method, "exit", child.exitcode)

def subprocesses():
    run = subprocess.run
    print(run(["uname", "-m"], capture_output=True, text=True))
    print(run("cat; exit 3", shell=True, input=b"given", stdout=subprocess.PIPE).returncode)
    print(run([sys.executable, "-c", "import os, sys; print(sys.argv, os.environ.get('A'))", "x"], env={"A": "b"}, capture_output=True).stdout)
    print(run(["sh", "-c", "kill -SEGV $$"]).returncode)
    try:
        run(["no-such-program"])
    except FileNotFoundError as e:
        print("errno", e.errno, e.filename)
    try:
        run(["sleep", "60"], timeout=0.2)
    except subprocess.TimeoutExpired as e:
        print("timeout", e.cmd)
    a = subprocess.Popen(["seq", "1000"], stdout=subprocess.PIPE)
    b = subprocess.Popen(["wc", "-l"], stdin=a.stdout, stdout=subprocess.PIPE)
    print(b.communicate()[0], a.wait(), b.wait())
    print(run(["sh", "-c", "echo $$; ps -o sid= 2>/dev/null; exit 0"], start_new_session=True, stdout=subprocess.DEVNULL, close_fds=False).returncode)
    r, w = os.pipe()
    subprocess.Popen(["sh", "-c", f"echo passed >&{w}"], pass_fds=[w]).wait()
    print(os.read(r, 100))
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 7"], os.environ, setsigmask=[signal.SIGUSR1])
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

def threads():
    total, lock, barrier = [0], threading.Lock(), threading.Barrier(8)
    def work():
        barrier.wait()
        for _ in range(500):
            with lock:
                total[0] += 1
    several = [threading.Thread(target=work) for _ in range(8)]
    [t.start() for t in several]
    [t.join() for t in several]
    print("threads", total)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        print("executor", list(pool.map(square, range(6))))
    event, local = threading.Event(), threading.local()
    threading.Timer(0.1, event.set).start()
    print("event", event.wait(60), hasattr(local, "x"))
    got = []
    signal.signal(signal.SIGUSR1, lambda number, frame: got.append(number))
    threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
    while not got:
        time.sleep(0.01)
    print("signal", got, signal.getsignal(signal.SIGUSR1) is not None)
    pid = os.fork()
    if not pid:
        t = threading.Thread(target=lambda: os._exit(9))
        t.start()
        t.join()
    print("thread of a child", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

async def loops():
    async def serve(reader, writer):
        while line := await reader.readline():
            writer.write(line.upper())
        writer.close()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async def ask(n):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for i in range(20):
            writer.write(b"client %d line %d\n" % (n, i))
            last = await reader.readline()
        writer.close()
        return last
    print("streams", await asyncio.gather(*map(ask, range(5))))
    process = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
    print("subprocess", await process.communicate(b"through cat"), process.returncode)
    print("thread", await asyncio.to_thread(square, 12), await asyncio.get_running_loop().run_in_executor(None, os.getpid) == os.getpid())
    try:
        await asyncio.wait_for(asyncio.sleep(100), 0.05)
    except asyncio.TimeoutError:
        print("wait_for timed out")
    server.close()

def tls():
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert", "-days", "10000",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-config", "req"], check=True, capture_output=True)
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain("cert", "key")
    listening = socket.create_server(("127.0.0.1", 0))
    def serve():
        connection, _ = listening.accept()
        with inside.wrap_socket(connection, server_side=True) as s:
            s.sendall(s.recv(100)[::-1] + b"x" * 100000)
    thread = threading.Thread(target=serve)
    thread.start()
    outside = ssl.create_default_context(cafile="cert")
    with outside.wrap_socket(socket.create_connection(listening.getsockname()), server_hostname="localhost") as s:
        s.sendall(b"secret")
        got = b""
        while data := s.recv(65536):
            got += data
        print("tls", s.version(), s.cipher()[0], got[:6], len(got), s.getpeercert()["subject"])
    thread.join()

def database():
    db = sqlite3.connect("database", check_same_thread=False)
    db.execute("create table t (n integer primary key, s text)")
    with db:
        db.executemany("insert into t values (?, ?)", ((i, f"row {i * i}") for i in range(5000)))
    db.create_function("reverse", 1, lambda s: s[::-1])
    print("sqlite", db.execute("select count(*), sum(length(s)), max(reverse(s)) from t where n % 7 = 3").fetchone())
    try:
        db.execute("insert into t values (1, 'again')")
    except sqlite3.IntegrityError as e:
        print("sqlite", e)
    print("sqlite", subprocess.run([sys.executable, "-c", "import sqlite3; print(sqlite3.connect('database').execute('pragma integrity_check').fetchone())"],
                                   capture_output=True).stdout)

def calls_of_c():
    libc = ctypes.CDLL(None, use_errno=True)
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 9)(5, 2, 8, 1, 9, 3, 7, 4, 6)
    libc.qsort(numbers, 9, 4, compare(lambda a, b: a[0] - b[0]))
    class Div(ctypes.Structure):
        _fields_ = [("quot", ctypes.c_long), ("rem", ctypes.c_long)]
    libc.ldiv.restype = Div
    libc.ldiv.argtypes = [ctypes.c_long] * 2
    d = libc.ldiv(-17, 5)
    libm = ctypes.CDLL("libm.so.6")
    libm.pow.restype, libm.pow.argtypes = ctypes.c_double, [ctypes.c_double] * 2
    buffer = ctypes.create_string_buffer(64)
    libc.snprintf(buffer, 64, b"%s %d %.3f %c", b"text", 42, ctypes.c_double(2.5), ord("x"))
    print("ctypes", list(numbers), (d.quot, d.rem), libm.pow(2, 0.5), buffer.value, libc.open(b"/no/such", 0), ctypes.get_errno())

if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    print(sys.version_info[:2], os.uname().machine, sys.platform)
    threads()
    for method in "fork", "spawn", "forkserver":
        by_context(method)
    subprocesses()
    asyncio.run(loops())
    tls()
    database()
    calls_of_c()
EOF
printf '[req]\ndistinguished_name = dn\n[dn]\n' >req
step python3.11 program.py
step python3.11 -X faulthandler -c 'import os, signal, sys; sys.stderr = open(os.devnull, "w"); os.kill(os.getpid(), signal.SIGABRT)' | grep -v '^2> '
step python3.11 -c 'def f(n): return f(n + 1)
try: f(0)
except RecursionError as e: print(e)
raise SystemExit(5)'
