#include "twice_and_one.h"

#if __has_include("@ARGUMENT@")
#error "ESCAPED: the compiler sees the file"
#endif

int64_t twice_and_one(int64_t x)
{
    return 2 * x + 1;
}
