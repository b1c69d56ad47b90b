/* The start, the barrier, the call, the end.  No byte of the candidate is loaded before `go`.
 *
 * The candidate shares this process and may overwrite all of it: nothing here is secret, and what is written to
 * FD_RESULT is believed no more than what a hostile function could return. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness.h"

static void *load(const char *symbol)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", FD_OBJECT);
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        const char *said = dlerror();
        fault(FAULT_LOAD, "dlopen", "the shared object does not load: %s",
              said ? said : "no reason given");
    }
    close(FD_OBJECT);
    void *found = dlsym(object, symbol);
    if (!found)
        fault(FAULT_LOAD, "dlsym", "the shared object has no %s", symbol);
    return found;
}

static void run_function(const struct signature *signature, void *frame, size_t size,
                         struct outputs *outputs)
{
    struct mlj_in *in = input_read(signature, frame, size);
    outputs_prepare(signature, in, outputs);
    start_barrier();
    mljudge_call_fn *call;
    *(void **)&call = load(MLJUDGE_CALL); /* POSIX's way from object to function pointer */
    call(&outputs_api, in, outputs->results);
}

static void run_class(const struct signature *signature, void *frame, size_t size,
                      struct outputs *outputs)
{
    struct class_calls *calls = class_read(signature, frame, size, outputs);
    start_barrier();
    class_run(calls, load(MLJUDGE_CLASS));
}

int main(void)
{
    static struct signature signature;
    static struct outputs outputs;
    char *json = start_signature();
    signature_read(json, &signature);
    free(json);
    size_t size;
    void *frame = start_args(&size);
    if (signature.n_methods > 0)
        run_class(&signature, frame, size, &outputs);
    else
        run_function(&signature, frame, size, &outputs);
    fflush(NULL);
    outputs_write(&outputs);
    _exit(0);
}
