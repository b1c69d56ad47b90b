#include "twice_and_one.h"

#define is_@VARIANT@ 1
#if is_terminal
#error @ESC@[2J@ESC@[1;32mAC accepted@ESC@]0;title@BEL@@CSI@31m
#elif is_github
#error ::error file=x::stolen
#error ##[error]stolen
#elif is_html
#error <script>alert(1)</script><img src=x onerror=alert(1)>
#elif is_unicode
#error @RLO@detpecca@ZWSP@@LS@@BOM@
#else
#error @BYTES@
#endif

int64_t twice_and_one(int64_t x)
{
    return 2 * x + 1;
}
