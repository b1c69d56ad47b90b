/* The start, the barrier, the call, the end.  No byte of the candidate is loaded before `go`.
 *
 * The candidate shares this process and may overwrite all of it: nothing here is secret, and what is written to
 * FD_RESULT is believed no more than what a hostile function could return. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness.h"

static mljudge_call_fn *load(void)
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
    mljudge_call_fn *call;
    *(void **)&call = dlsym(object, MLJUDGE_CALL); /* POSIX's way from object to function pointer */
    if (!call)
        fault(FAULT_LOAD, "dlsym", "the shared object has no %s", MLJUDGE_CALL);
    return call;
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
    struct mlj_in *in = input_read(&signature, frame, size);
    outputs_prepare(&signature, in, &outputs);
    start_barrier();

    mljudge_call_fn *call = load();
    call(&outputs_api, in, outputs.results);
    fflush(NULL);
    outputs_write(&outputs);
    _exit(0);
}
