/* /proc/PID/status, /proc/PID/stat and lists of children (sandbox/procs_parse.c).
 *
 * Input: any text.  Properties: what is accepted is in range; whatever a process is called, the numbers behind
 * its name are read as they stand. */
#include <string.h>

#include "sandbox/procs.h"
#include "sandbox/util.h"
#include "tests/fuzz/fuzz.h"

static char *join(const char *before, const char *text, const char *after)
{
    char *all = NULL;
    CHECK(asprintf(&all, "%s%s%s", before, text, after) >= 0);
    return all;
}

static void try_status(const char *text)
{
    struct procs_status s;
    procs_parse_status(text, &s);
    const int64_t bytes[] = {s.anon_bytes, s.file_bytes, s.shmem_bytes, s.peak_bytes, s.data_bytes};
    for (size_t i = 0; i < ARRAY_LEN(bytes); i++)
        CHECK(bytes[i] == -1 || (bytes[i] >= 0 && bytes[i] % 1024 == 0));
    CHECK(s.n_threads >= -1);

    auto_free char *named =
        join("Name:\t", text,
             "\nVmHWM:\t       9 kB\nRssAnon:\t       1 kB\nRssFile:\t       2 kB\n"
             "RssShmem:\t       3 kB\nVmData:\t       4 kB\nThreads:\t5\n");
    procs_parse_status(named, &s);
    CHECK(s.anon_bytes == 1024 && s.file_bytes == 2048 && s.shmem_bytes == 3072);
    CHECK(s.data_bytes == 4096 && s.peak_bytes == 9216 && s.n_threads == 5);
}

static void try_stat(const char *text)
{
    struct procs_stat s;
    if (procs_parse_stat(text, &s)) {
        CHECK(s.parent >= 0 && s.n_threads >= 0 && s.state);
        CHECK(s.cpu_ticks >= 0 && s.waited_cpu_ticks >= 0);
        CHECK(strchr(text, ')'));
    } else {
        CHECK(s.parent == 0 && s.n_threads == 0 && s.cpu_ticks == 0 && s.waited_cpu_ticks == 0);
    }
    auto_free char *named =
        join("42 (", text, ") S 7 42 42 0 -1 4194304 1 2 3 4 10 20 30 40 20 0 3 0 12345 1 2\n");
    CHECK(procs_parse_stat(named, &s));
    CHECK(s.parent == 7 && s.state == 'S' && s.n_threads == 3);
    CHECK(s.cpu_ticks == 30 && s.waited_cpu_ticks == 70);
}

static void try_children(const char *text)
{
    const char *at = text, *before = text;
    size_t length = strlen(text);
    for (pid_t pid; (pid = procs_next_child(&at)) > 0; before = at)
        CHECK(at > before && at <= text + length);
    CHECK(at >= before && at <= text + length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    auto_free char *text = strndup((const char *)data, size);
    CHECK(text);
    try_status(text);
    try_stat(text);
    try_children(text);
    return 0;
}
