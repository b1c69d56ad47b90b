// A C++ program with threads, streams, locale, file system, regular expressions and exceptions.
#include <bits/stdc++.h>

int main()
{
    std::vector<long> sums(4);
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::condition_variable changed;
    int n_done = 0;
    for (int i = 0; i < 4; i++)
        threads.emplace_back([&, i] {
            for (int k = 0; k <= 10; k++)
                sums[i] += k;
            std::lock_guard<std::mutex> lock(mutex);
            n_done++;
            changed.notify_all();
        });
    {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [&] { return n_done == 4; });
    }
    for (auto &thread : threads)
        thread.join();
    long fibonacci[41] = {0, 1};
    for (int i = 2; i <= 40; i++)
        fibonacci[i] = fibonacci[i - 1] + fibonacci[i - 2];
    try {
        throw std::runtime_error("caught");
    } catch (const std::exception &) {
        std::locale::global(std::locale("C.UTF-8"));
    }
    std::cout << std::filesystem::exists("/tmp") << std::regex_match("abc", std::regex("a.c"))
              << std::setprecision(6) << double(fibonacci[40]) << " " << sums[3] << std::endl;
}
