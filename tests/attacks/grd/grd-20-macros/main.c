/* Plays with names: the header's, the generated code's, the harness's, the C library's.  Never gives a right answer
 * (`main`: does, and a main of its own is nobody's business). */
@IF guard@
#define MLJUDGE_ENTRY_twice_and_one
#define MLJUDGE_H
typedef long int64_t;
@END@@IF other-type@
#define int64_t double
@END@@IF other-name@
#define twice_and_one something_else
@END@
#include "twice_and_one.h"
@IF main@
int main(void) { return 0; }
int64_t twice_and_one(int64_t x) { return 2 * x + 1; }
@END@@IF other-name@
int64_t twice_and_one(int64_t x) { return 2 * x + 1; }
@END@@IF other-type@
int64_t twice_and_one(int64_t x) { return 2 * x + 1; }
@END@@IF other-signature@
int64_t twice_and_one(int64_t x, int64_t y) { return x + y; }
@END@@IF variable@
int64_t twice_and_one_[1];
__asm__(".globl twice_and_one\n.set twice_and_one, twice_and_one_");
@END@@IF ifunc@
static int64_t wrong(int64_t x) { return x; }
static void *choose(void) { return (void *)wrong; }
int64_t twice_and_one(int64_t x) __attribute__((ifunc("choose")));
@END@@IF guard@
long twice_and_one(long x) { return x; }
@END@@IF shim@
void mljudge_shim(void) {}
void mljudge_call(void) {}
const int mljudge_abi = 99;
int64_t twice_and_one(int64_t x) { return x; }
@END@@IF harness-symbols@
#include <stddef.h>
__attribute__((visibility("default"))) int result_write(void) { return 0; }
__attribute__((visibility("default"))) int frame_write(void) { return 0; }
__attribute__((visibility("default"))) int mlj_result(void) { return 0; }
int64_t twice_and_one(int64_t x) { return x; }
@END@@IF alias@
static int64_t wrong(int64_t x) { return x; }
int64_t twice_and_one(int64_t x) __attribute__((alias("wrong"), weak));
@END@@IF section@
__attribute__((section(".text.unlikely,\"ax\",@progbits\n.globl extra\nextra:\n#"))) int64_t twice_and_one(int64_t x) { return x; }
@END@@IF init-array@
static void early(void) { *(volatile int *)0 = 0; }
__attribute__((section(".init_array"), used)) static void (*const run)(void) = early;
int64_t twice_and_one(int64_t x) { return 2 * x + 1; }
@END@@IF interpose@
#include <stddef.h>
#define SHOW __attribute__((visibility("default")))
SHOW long write(int fd, const void *p, size_t n) { (void)fd; (void)p; return (long)n; }
SHOW long pwrite(int fd, const void *p, size_t n, long at) { (void)fd; (void)p; (void)at; return (long)n; }
SHOW int memcmp(const void *a, const void *b, size_t n) { (void)a; (void)b; (void)n; return 0; }
SHOW int strcmp(const char *a, const char *b) { (void)a; (void)b; return 0; }
SHOW void *malloc(size_t n) { (void)n; return NULL; }
SHOW void _exit(int status) { (void)status; for (;;) ; }
int64_t twice_and_one(int64_t x) { return x + 7; }
@END@@IF no-return@
int64_t twice_and_one(int64_t x)
{
    void **frame = __builtin_frame_address(0);
    frame[1] = (void *)0x1234;
    return x;
}
@END@
