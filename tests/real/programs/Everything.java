// SPDX-License-Identifier: MIT
// What a Java virtual machine asks of its host: threads and locks, collections beside running code, checks
// that are faults (null, stack overflow), exceptions, arithmetic that differs between machines, intrinsics,
// files in memory, sockets, processes, shutdown.
import java.io.*;
import java.lang.ref.WeakReference;
import java.net.*;
import java.nio.*;
import java.nio.channels.FileChannel;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.*;
import java.util.zip.*;
import javax.crypto.Cipher;
import javax.crypto.spec.*;

public class Everything {
    static volatile Object sink;
    static int depth;

    static class Node {
        Node left, right;
        int value;
        Node(int v) { value = v; }
        int get() { return value; }
    }

    interface Shape { double area(); }
    record Circle(double r) implements Shape { public double area() { return Math.PI * r * r; } }
    record Square(double s) implements Shape { public double area() { return s * s; } }

    static void threads() throws Exception {
        Thread[] threads = new Thread[8];
        AtomicLong atomic = new AtomicLong();
        ReentrantLock lock = new ReentrantLock();
        long[] locked = new long[1], guarded = new long[1];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int k = 0; k < 50000; k++) {
                    if (k % 10 == 0)
                        atomic.incrementAndGet();
                    if (k % 50 == 0) {
                        lock.lock();
                        try { locked[0]++; } finally { lock.unlock(); }
                        synchronized (guarded) { guarded[0]++; }
                    }
                }
            });
            threads[i].start();
        }
        for (Thread t : threads)
            t.join();
        System.out.println("threads " + atomic.get() + " " + locked[0] + " " + guarded[0]);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int k = i;
            futures.add(pool.submit(() -> IntStream.range(0, k * 100).map(x -> x % 7).sum()));
        }
        int sum = 0;
        for (Future<Integer> f : futures)
            sum += f.get();
        pool.shutdown();
        System.out.println("pool " + sum + " " + pool.awaitTermination(60, TimeUnit.SECONDS));
        System.out.println("parallel " + IntStream.range(0, 200000).parallel().mapToLong(x -> (long) x * x % 11).sum());
        SynchronousQueue<Integer> queue = new SynchronousQueue<>();
        Thread giver = new Thread(() -> {
            try {
                for (int i = 0; i < 500; i++)
                    queue.put(i);
            } catch (InterruptedException e) {
                System.out.println(e);
            }
        });
        giver.start();
        long taken = 0;
        for (int i = 0; i < 500; i++)
            taken += queue.take();
        giver.join();
        System.out.println("handed over " + taken);
        Thread sleeper = new Thread(() -> {
            try { Thread.sleep(1000000); } catch (InterruptedException e) { System.out.println("interrupted"); }
        });
        sleeper.start();
        sleeper.interrupt();
        sleeper.join();
    }

    static Node tree(int d) {
        Node n = new Node(d);
        if (d > 0) {
            n.left = tree(d - 1);
            n.right = tree(d - 1);
        }
        return n;
    }

    static int count(Node n) { return n == null ? 0 : 1 + count(n.left) + count(n.right); }

    static void garbage() {
        long counted = 0;
        List<Node> live = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            live.add(tree(13));
            counted += count(live.get(live.size() - 1));
            if (live.size() > 4)
                live.remove(0);
            sink = new byte[1 << 18];
        }
        WeakReference<Object> weak = new WeakReference<>(new Object());
        for (int i = 0; i < 50 && weak.get() != null; i++)
            System.gc();
        System.out.println("garbage " + counted + " " + (weak.get() == null));
        // Running code is stopped at safepoints again and again, also in loops that allocate nothing.
        Thread collector = new Thread(() -> {
            for (int i = 0; i < 20; i++)
                System.gc();
        });
        collector.start();
        long loops = 0;
        while (collector.isAlive())
            for (int i = 0; i < 1000; i++)
                loops += i & 1;
        System.out.println("stopped " + (loops % 500));
    }

    static int nulls(Node[] nodes) {
        int sum = 0;
        for (Node n : nodes) {
            try { sum += n.get(); } catch (NullPointerException e) { sum += 1000; }
        }
        return sum;
    }

    static void recurse() {
        depth++;
        recurse();
    }

    static void overflow(String where) {
        depth = 0;
        try { recurse(); } catch (StackOverflowError e) { System.out.println("overflow " + where + " " + (depth > 1000)); }
    }

    static void checks() throws Exception {
        Node[] nodes = new Node[3000];
        for (int i = 0; i < nodes.length; i++)
            nodes[i] = i % 10 == 0 ? null : new Node(1);
        int sum = 0;
        for (int i = 0; i < 50; i++)
            sum += nulls(nodes);
        System.out.println("nulls " + sum);
        sum = 0;
        for (int i = 0; i < 100000; i++) {
            try { sum += 100 / (i % 50); } catch (ArithmeticException e) { sum--; }
        }
        System.out.println("divisions " + sum);
        int[] array = new int[10];
        int outside = 0;
        for (int i = 0; i < 20000; i++) {
            try { array[i % 12]++; } catch (ArrayIndexOutOfBoundsException e) { outside++; }
        }
        System.out.println("bounds " + outside);
        for (int i = 0; i < 4; i++)
            overflow("here");
        Thread deep = new Thread(null, () -> overflow("in a thread"), "deep", 1 << 20);
        deep.start();
        deep.join();
        try { sink = (Integer) (Object) "x"; } catch (ClassCastException e) { System.out.println("cast"); }
        try { sink = new long[Integer.MAX_VALUE]; } catch (OutOfMemoryError e) { System.out.println("memory"); }
        try {
            throw new IllegalStateException("outer", new IOException("inner"));
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage() + " " + e.getCause().getMessage() + " " + e.getStackTrace().length);
        }
    }

    static void language() {
        double x = 0;
        for (int i = 1; i < 200000; i++)
            x += StrictMath.sin(i) / i + Math.sqrt(i) * 1e-6;
        System.out.println("double " + x + " " + (int) Float.NaN + " " + (long) 1e30 + " " + (float) 0.1 + " "
            + Math.fma(2.0, 3.0, 4.0) + " " + 5.5 % 3 + " " + Math.floorMod(-7, 3) + " " + Long.MIN_VALUE / -1);
        Shape[] shapes = new Shape[1000];
        for (int i = 0; i < shapes.length; i++)
            shapes[i] = i % 2 == 0 ? new Circle(i) : new Square(i);
        double area = 0;
        for (int k = 0; k < 200; k++)
            for (Shape s : shapes)
                area += s.area();
        System.out.printf(Locale.ROOT, "area %.3f%n", area);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100000; i++)
            text.append(i % 10);
        System.out.println("string " + text.toString().hashCode() + " " + text.indexOf("789012") + " " + "abc".compareTo("abd"));
        System.out.println("map " + IntStream.range(0, 50000).boxed()
            .collect(Collectors.groupingBy(i -> i % 7, TreeMap::new, Collectors.counting())));
    }

    static void library() throws Exception {
        byte[] zeros = new byte[1 << 16];
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        CRC32 crc = new CRC32();
        for (int i = 0; i < 40; i++) {
            digest.update(zeros);
            crc.update(zeros);
        }
        System.out.println("sha " + HexFormat.of().formatHex(digest.digest()) + " crc " + crc.getValue());
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[16], "AES"), new GCMParameterSpec(128, new byte[12]));
        System.out.println("gcm " + Arrays.hashCode(cipher.doFinal(zeros)));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            for (int i = 0; i < 10000; i++)
                gzip.write(("line " + i + "\n").getBytes());
        }
        System.out.println("gzip " + new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray())).readAllBytes().length);
        Path file = Files.createTempFile(Path.of("."), "map", ".bin");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, 1 << 20);
            for (int i = 0; i < 1 << 18; i++)
                map.putInt(i * 4, i * 3);
            map.force();
            ByteBuffer read = ByteBuffer.allocate(8);
            channel.read(read, 400);
            System.out.println("mapped " + read.flip().getInt() + " " + read.getInt() + " " + channel.size());
        }
        Files.delete(file);
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread serving = new Thread(() -> {
            try (Socket s = server.accept()) {
                s.getOutputStream().write(s.getInputStream().readNBytes(5));
            } catch (IOException e) {
                System.out.println(e);
            }
        });
        serving.start();
        try (Socket s = new Socket(server.getInetAddress(), server.getLocalPort())) {
            s.getOutputStream().write("hello".getBytes());
            System.out.println("socket " + new String(s.getInputStream().readAllBytes()));
        }
        serving.join();
        Process process = new ProcessBuilder("/bin/sh", "-c", "read x; echo got $x; exit 3").start();
        try (OutputStream in = process.getOutputStream()) {
            in.write("word\n".getBytes());
        }
        System.out.println("process " + new String(process.getInputStream().readAllBytes()).trim() + " " + process.waitFor());
    }

    public static void main(String[] args) throws Exception {
        threads();
        garbage();
        checks();
        language();
        library();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
        System.exit(5);
    }
}
