#include "twice_and_one.h"
#include "@ARGUMENT@"

int64_t twice_and_one(int64_t x)
{
    return 2 * x + 1;
}
