#include "judge/report_explain.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/util.h"

#define MIB 1048576.0
#define NEAR_LIMIT \
    0.9 /* below, nothing was taken that could have reached it: a request was refused */

struct word {
    const char *name, *text;
};

static const struct word signals[] = {
    {"SIGSEGV", "memory that is not the program's: an index or pointer that is out of range, or "
                "too deep a recursion"},
    {"SIGBUS", "memory that is not there: a bad pointer, or a file that was cut"},
    {"SIGFPE", "an integer division by zero, or its overflow"},
    {"SIGABRT",
     "abort(): an assertion, an exception that nothing caught, or the heap was written over"},
    {"SIGILL", "an instruction that does not exist: __builtin_trap(), or the end of a function "
               "that returns nothing"},
    {"SIGKILL", "killed from within the box"},
    {"SIGPIPE", "it wrote to a pipe that nobody reads"},
    {"SIGSYS", "a system call of another architecture"},
};

static const struct word calls[] = {
    {"socket", "there is no network in the box"},
    {"socketpair", "there is no network in the box"},
    {"connect", "there is no network in the box"},
    {"bind", "there is no network in the box"},
    {"fork", "a solution starts no processes"},
    {"vfork", "a solution starts no processes"},
    {"clone", "a solution starts no processes"},
    {"clone3", "a solution starts no processes"},
    {"execve", "a solution starts no programs"},
    {"execveat", "a solution starts no programs"},
    {"ptrace", "no process may look into another"},
    {"process_vm_readv", "no process may look into another"},
    {"process_vm_writev", "no process may look into another"},
    {"kill", "no signals to others"},
    {"mount", "the file system stays as it is"},
    {"umount2", "the file system stays as it is"},
    {"pivot_root", "the file system stays as it is"},
    {"chroot", "the file system stays as it is"},
    {"unshare", "no namespaces of one's own"},
    {"setns", "no namespaces of one's own"},
    {"bpf", "the kernel is not to be programmed"},
    {"perf_event_open", "the kernel's counters are the judge's"},
    {"init_module", "the kernel is not to be programmed"},
    {"finit_module", "the kernel is not to be programmed"},
    {"keyctl", "the kernel's keys are not the solution's"},
    {"io_uring_setup", "system calls are made one by one"},
    {"userfaultfd", "the kernel handles page faults"},
    {"reboot", "the machine stays as it is"},
};

static const char *lookup(const struct word *words, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i].name, name) == 0)
            return words[i].text;
    return "";
}

const char *report_explain_call(const char *name)
{
    return lookup(calls, ARRAY_LEN(calls), name);
}

struct text {
    char *buffer;
    size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list args;
    if (text->used > 0 && text->used + 3 < EXPLAIN_MAX)
        text->used += (size_t)snprintf(text->buffer + text->used, EXPLAIN_MAX - text->used, "; ");
    va_start(args, format);
    int n = vsnprintf(text->buffer + text->used, EXPLAIN_MAX - text->used, format, args);
    va_end(args);
    text->used += n > 0 ? (size_t)n : 0;
    if (text->used >= EXPLAIN_MAX)
        text->used = EXPLAIN_MAX - 1;
}

/* Every group before this one was accepted: the program is right, but too greedy for these sizes. */
static bool passed_before(const struct report *report, size_t group)
{
    for (size_t g = 0; g < group; g++)
        if (report->groups[g].verdict != VERDICT_AC)
            return false;
    return group > 0;
}

static void explain_time(const struct report *report, const struct report_test *test,
                         struct text *text)
{
    const struct report_group *group = &report->groups[test->group];
    double limit_ms = (double)group->limits.cpu_ms;
    if (test->idle && !isnan(test->cpu_ms))
        add(text, "only %.0f ms of CPU: it slept, or waited for what never comes", test->cpu_ms);
    else if (!isnan(test->cpu_ms) && test->cpu_ms > limit_ms && limit_ms > 0)
        add(text, "stopped at %.2f times the limit", test->cpu_ms / limit_ms);
    if (!isnan(test->times_reference) && test->times_reference >= 1.05)
        add(text, "at least %.1f times the reference (%.0f ms)", test->times_reference,
            test->reference_cpu_ms);
    if (!test->idle && passed_before(report, test->group))
        add(text, "the groups before passed: right, but too slow for inputs of this size");
}

/* The peak's own division nobody knows: files are what lay there when the run was over. */
static void explain_files(const struct report_test *test, struct text *text)
{
    double peak_mib = (double)test->memory_bytes / MIB;
    double files_mib = fmin((double)test->memory_tmpfs_bytes / MIB, peak_mib);
    if (test->memory_bytes < 0 || test->memory_tmpfs_bytes < 0)
        return;
    if (files_mib < 0.05)
        add(text, "of that %.1f MiB of its own, nothing in files", peak_mib);
    else
        add(text, "of that %.1f MiB of its own, %.1f MiB in files: /tmp is memory, too",
            peak_mib - files_mib, files_mib);
}

static void explain_memory(const struct report *report, const struct report_test *test,
                           struct text *text)
{
    const struct report_group *group = &report->groups[test->group];
    double limit = (double)group->limits.memory_bytes, peak = (double)test->memory_bytes;
    if (test->memory_bytes >= 0 && peak < NEAR_LIMIT * limit)
        add(text,
            "it asked for more at once than there is, with a peak of %.1f of %.0f MiB until "
            "then, beyond interpreter and input",
            peak / MIB, limit / MIB);
    else if (test->memory_bytes >= 0)
        add(text, "peak %.1f of %.0f MiB, beyond interpreter and input", peak / MIB, limit / MIB);
    explain_files(test, text);
    if (passed_before(report, test->group))
        add(text, "the groups before passed: right, but it keeps too much at once");
}

const char *report_explain(const struct report *report, const struct report_test *test,
                           char buffer[EXPLAIN_MAX])
{
    struct text text = {buffer, 0};
    buffer[0] = '\0';
    if (test->status == TEST_SKIPPED)
        return buffer;
    if (test->verdict == VERDICT_TLE)
        explain_time(report, test, &text);
    else if (test->verdict == VERDICT_MLE)
        explain_memory(report, test, &text);
    else if (test->verdict == VERDICT_RTE && test->signal[0] &&
             lookup(signals, ARRAY_LEN(signals), test->signal)[0])
        add(&text, "%s", lookup(signals, ARRAY_LEN(signals), test->signal));
    return buffer;
}
