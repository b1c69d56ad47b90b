/* What every compiled harness does before it touches the candidate: the judge's descriptors, and the barrier. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* Linux 5.14; older kernels fault the pages in one by one */
#endif

_Noreturn void our_failure(const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    dprintf(2, "harness: %s\n", text);
    _exit(70);
}

void *need(size_t n, size_t size)
{
    void *memory = calloc(n ? n : 1, size);
    if (!memory)
        our_failure("out of memory");
    return memory;
}

void *need_more(void *memory, size_t size)
{
    void *grown = realloc(memory, size ? size : 1);
    if (!grown)
        our_failure("out of memory");
    return grown;
}

char *start_signature(void)
{
    struct stat st;
    if (fstat(FD_SIGNATURE, &st) < 0 || st.st_size > 1 << 24)
        our_failure("no signature on descriptor %d", FD_SIGNATURE);
    size_t size = (size_t)st.st_size, n = 0;
    char *text = need(size + 1, 1);
    while (n < size) {
        ssize_t r = pread(FD_SIGNATURE, text + n, size - n, (off_t)n);
        if (r <= 0)
            our_failure("the signature cannot be read");
        n += (size_t)r;
    }
    close(FD_SIGNATURE);
    return text;
}

/* Private and writable: what the candidate overwrites is its own copy. */
void *start_args(size_t *ret_size)
{
    struct stat st;
    if (fstat(FD_ARGS, &st) < 0 || st.st_size <= 0)
        our_failure("no arguments on descriptor %d", FD_ARGS);
    *ret_size = (size_t)st.st_size;
    void *frame = mmap(NULL, *ret_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, FD_ARGS, 0);
    if (frame == MAP_FAILED)
        our_failure("the arguments cannot be mapped: %s", strerror(errno));
    if (madvise(frame, *ret_size, MADV_POPULATE_READ) < 0) {
        for (size_t i = 0; i < *ret_size; i += 4096)
            ((volatile char *)frame)[i];
    }
    close(FD_ARGS);
    return frame;
}

void start_barrier(void)
{
    char byte = 1;
    if (write(FD_READY, &byte, 1) != 1 || read(FD_GO, &byte, 1) != 1)
        our_failure("the judge went away");
    close(FD_READY);
    close(FD_GO);
}
