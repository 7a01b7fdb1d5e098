// SPDX-License-Identifier: MIT
// Eight threads that allocate, share maps, queues and locks, throw, and are compiled anew as they go; a thread that asks for stacks and
// collections meanwhile. argv[0]: rounds.
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.stream.*;

public class Load {
    static final int THREADS = 8;
    static final ConcurrentHashMap<String, LongAdder> words = new ConcurrentHashMap<>();
    static final BlockingQueue<long[]> queue = new ArrayBlockingQueue<>(64);

    record Point(double x, double y) {}

    static long words(int seed) {
        long s = seed;
        for (int i = 0; i < 4000; i++) {
            s = s * 6364136223846793005L + 1442695040888963407L;
            words.computeIfAbsent("w" + (s >>> 54), k -> new LongAdder()).increment();
        }
        return 4000;
    }

    static long objects(int seed) {
        Map<Integer, List<Point>> grid = new HashMap<>();
        for (int i = 0; i < 3000; i++)
            grid.computeIfAbsent(i * seed % 97, k -> new ArrayList<>()).add(new Point(i, i / 2.0));
        return (long) grid.values().stream().flatMap(List::stream).mapToDouble(p -> p.x() - 2 * p.y() + 1).sum();
    }

    static long exceptions(int seed) {
        long caught = 0;
        for (int i = 0; i < 300; i++)
            try {
                Object o = i % 3 == 0 ? null : i % 3 == 1 ? (Object) "text" : new int[i % 7];
                if (o instanceof int[] a) caught += a[7]; else caught += o.toString().charAt(i % 5);
            } catch (NullPointerException | ArrayIndexOutOfBoundsException | StringIndexOutOfBoundsException e) {
                caught += 1000;
            }
        return caught;
    }

    static long numbers(int seed) {
        long sum = 0;
        int[] a = IntStream.range(0, 5000).map(i -> (int) ((i * 2654435761L + seed * 40503L) & 0xffff)).toArray();
        Arrays.sort(a);
        for (int i = 0; i < a.length; i++) sum = sum * 31 + a[i];
        return sum;
    }

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        var total = new AtomicLong();
        var pool = Executors.newFixedThreadPool(THREADS);
        var done = new AtomicBoolean();
        var watcher = new Thread(() -> {
            while (!done.get()) {
                if (Thread.getAllStackTraces().size() < 2) throw new IllegalStateException("no threads");
                System.gc();
                try { Thread.sleep(50); } catch (InterruptedException e) { return; }
            }
        });
        watcher.start();
        var taker = CompletableFuture.supplyAsync(() -> {
            long sum = 0;
            try { for (int i = 0; i < THREADS * rounds; i++) for (long v : queue.take()) sum += v; } catch (InterruptedException e) { return -1L; }
            return sum;
        });
        var tasks = new ArrayList<Future<?>>();
        for (int t = 1; t <= THREADS; t++) {
            int seed = t;
            tasks.add(pool.submit(() -> {
                for (int r = 0; r < rounds; r++) {
                    total.addAndGet(words(seed * 1000 + r) + objects(seed) + exceptions(seed) + numbers(seed + r));
                    queue.put(new long[] {seed, r});
                }
                return null;
            }));
        }
        for (var task : tasks) task.get();
        done.set(true);
        watcher.join();
        pool.shutdown();
        System.out.println("total " + total + ", words " + words.values().stream().mapToLong(LongAdder::sum).sum() + ", queue " + taker.get());
        System.out.println(IntStream.range(0, 200000).parallel().filter(i -> i % 7 == 3).mapToLong(i -> i).sum());
    }
}
