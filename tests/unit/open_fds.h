/* How many descriptors this process has open: the same number before and after says that none was left. */
#ifndef MLJUDGE_TEST_OPEN_FDS_H
#define MLJUDGE_TEST_OPEN_FDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

static inline int count_open_fds(void)
{
    int n = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

#endif
