#include "twice_and_one.hpp"
#include "@ARGUMENT@"

std::int64_t twice_and_one(std::int64_t x)
{
    return 2 * x + 1;
}
