/* The C harness: the process in the box that loads a shared object and calls it (judge/HARNESS.md).
 * The SQL harness shares all but main(). */
#ifndef MLJUDGE_HARNESS_H
#define MLJUDGE_HARNESS_H

#include "judge/frame.h"
#include "judge/type.h"
#include "mljudge_shim.h"

enum harness_fd {
    FD_ARGS = 3,
    FD_RESULT = 4,
    FD_READY = 5,
    FD_GO = 6,
    FD_OBJECT = 7,
    FD_SIGNATURE = 8,
};

/* Before ready: the judge's input or this machine is at fault.  One line on stderr, exit 70. */
_Noreturn void our_failure(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* After go: the candidate is at fault.  Writes a fault frame, exit 1. */
_Noreturn void fault(enum fault_code code, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Of a class: what faults begin with from now on, "call 3, get(): "; without a method nothing.  Borrowed. */
void fault_in_call(size_t call, const char *method);

/* calloc that ends the process; before ready only. */
void *need(size_t n, size_t size);
/* realloc likewise. */
void *need_more(void *memory, size_t size);

/* The text on FD_SIGNATURE, terminated with NUL; free() it. */
char *start_signature(void);

/* The arguments frame: private and writable, what the candidate overwrites is its own copy. */
void *start_args(size_t *ret_size);

/* Says `ready` and waits for `go`. */
void start_barrier(void);

/* The signature JSON, trusted and terminated with NUL -> a signature (never freed). */
void signature_read(const char *json, struct signature *ret);

/* Arguments as the shim takes them, views into `frame` (writable, private) where possible.  A `[]` gets its sizes
 * from elsewhere in the call.  Never freed. */
struct mlj_in *input_read(const struct signature *signature, void *frame, size_t size);
/* The size of one dimension in this call; -1 if it is free. */
int64_t input_dim(const struct signature *signature, const struct mlj_in *in,
                  const struct dim *dim);

/* Room for the results: buffers of known size, poisoned; emitters for the others.  Never freed. */
struct outputs {
    struct mlj_result *results;
    struct mlj_out *outs; /* one a return; columns lie beneath */
    size_t n;
};
void outputs_prepare(const struct signature *signature, const struct mlj_in *in,
                     struct outputs *ret);
extern const struct mlj_api outputs_api;

/* Of a class: everything of all calls is made ready; then they are made, in order, on one object. */
struct class_calls;
struct class_calls *class_read(const struct signature *signature, void *frame, size_t size,
                               struct outputs *ret);
void class_run(struct class_calls *calls, const struct mlj_class *methods);

/* Checks and writes the result frame to FD_RESULT. */
void outputs_write(const struct outputs *outputs);

/* One block of bytes at `offset` of FD_RESULT; false with errno. */
bool write_at(const void *bytes, size_t size, uint64_t offset);

#endif
