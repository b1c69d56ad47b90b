// The whole library, templates, link-time optimization: the compiler in a box.
#include <bits/stdc++.h>

template <int N> struct fibonacci { static constexpr long value = fibonacci<N - 1>::value + fibonacci<N - 2>::value; };
template <> struct fibonacci<1> { static constexpr long value = 1; };
template <> struct fibonacci<0> { static constexpr long value = 0; };

int main()
{
    std::map<std::string, std::vector<double>> groups;
    groups["a"] = {3, 1, 2};
    std::sort(groups["a"].begin(), groups["a"].end());
    std::thread thread([&] { groups["a"].push_back(fibonacci<40>::value); });
    thread.join();
    std::cout.imbue(std::locale("C"));
    std::cout << std::filesystem::exists("/tmp") << std::regex_match("abc", std::regex("a.c")) << groups["a"].back() << "\n";
}
