import java.util.concurrent.*;
import java.util.stream.*;

public class Main {
    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        int sum = 0;
        for (Future<Integer> f : pool.invokeAll(IntStream.range(1, 10).mapToObj(n -> (Callable<Integer>) () -> n * n).collect(Collectors.toList())))
            sum += f.get();
        pool.shutdown();
        System.out.println("done " + sum);
    }
}
