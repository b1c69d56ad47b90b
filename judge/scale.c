#include "judge/compile_output.h"
#include "judge/scale.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "judge/compile.h"
#include "judge/generate.h"
#include "judge/machine.h"
#include "judge/reference.h"
#include "judge/run_test.h"
#include "judge/statistics.h"
#include "sandbox/util.h"

#define REPEATS_MIN    3
#define ENOUGH_MS      700 /* a size that took so long in all is not repeated further than REPEATS_MIN */
#define WALL_TIMES     6 /* of the budget: what all boxes may take, starting them included */
#define ARGS_MAX_BYTES ((size_t)1 << 30)

/* Standard errors.  A clock tick of the control group's counter and what starting a thread costs: tools/bench accuracy
 * sees CPU times of a few ms within 0.05 ms.  Memory is charged in batches of 64 pages (MEMCG_CHARGE_BATCH, Linux). */
#define CPU_MS_RESOLUTION       0.05
#define MEMORY_BYTES_RESOLUTION (256.0 * 1024)
#define RELATIVE_ERROR          0.05
#define MAD_TO_SIGMA            1.4826 /* of a normal distribution */
#define MEDIAN_EFFICIENCY       1.2533 /* sqrt(pi/2): the median's standard error over the mean's */

/* Below these nothing is called constant (complexity.h). */
#define CPU_MS_FLOOR       1.0
#define MEMORY_BYTES_FLOOR (2.0 * 1024 * 1024)

/* Generous but bounded, and the same for every problem. */
static const struct test_limits call_limits = {.cpu_ms = 10000,
                                               .wall_ms = 20000,
                                               .memory_bytes = (int64_t)2 << 30,
                                               .output_bytes = (int64_t)8 << 20};

/* One of the two that run. */
struct runner {
    struct scale_series *series;
    struct language *language;
    struct compiled *compiled;
    const char *file;
    int n_lines;
    int64_t budget_ms;
    double used_ms;       /* CPU */
    int64_t used_wall_ms; /* with what starting boxes takes */
    bool warm; /* it has run once, not counted: what a first run finds cold is no growth */
    bool over;
};

struct input {
    char *bytes; /* an ARGS frame; owned */
    size_t size;
};

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int take_input(void *data, size_t group, int64_t index, const void *frame, size_t size,
                      struct error *err)
{
    struct input *input = data;
    (void)group;
    (void)index;
    if (size > ARGS_MAX_BYTES)
        return error_set(err, -E2BIG, "arguments of more than %zu MiB", ARGS_MAX_BYTES >> 20);
    free(input->bytes);
    input->bytes = malloc(size ? size : 1);
    if (!input->bytes)
        return error_oom(err);
    memcpy(input->bytes, frame, size);
    input->size = size;
    return 0;
}

/* ---- one size ---- */

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, compare_doubles);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Standard error of the median of `values`, with what the instrument and the machine add.  Reorders. */
static double standard_error(double *values, int n, double middle, double resolution)
{
    for (int i = 0; i < n; i++)
        values[i] = fabs(values[i] - middle);
    double spread = MAD_TO_SIGMA * median(values, n) * MEDIAN_EFFICIENCY / sqrt(n);
    return hypot(hypot(spread, resolution), RELATIVE_ERROR * middle);
}

static void summarise(struct scale_sample *sample, double *cpu_ms, double *memory_bytes,
                      int n_memory)
{
    int n = sample->repeats;
    sample->cpu_ms = median(cpu_ms, n);
    sample->cpu_ms_low = cpu_ms[0];
    sample->cpu_ms_high = cpu_ms[n - 1];
    sample->cpu_ms_sigma = standard_error(cpu_ms, n, sample->cpu_ms, CPU_MS_RESOLUTION);
    sample->memory_bytes = sample->memory_bytes_sigma = NAN;
    if (n_memory == 0)
        return;
    sample->memory_bytes = median(memory_bytes, n_memory);
    sample->memory_bytes_sigma =
        standard_error(memory_bytes, n_memory, sample->memory_bytes, MEMORY_BYTES_RESOLUTION);
}

static void stop(struct runner *runner, int64_t n, enum verdict verdict, const char *why)
{
    runner->over = true;
    runner->series->verdict = verdict;
    runner->series->stopped_at = n;
    snprintf(runner->series->stopped, sizeof runner->series->stopped, "%s", why);
}

static int stop_at_compile(struct runner *runner, const char *file, struct error *err)
{
    const struct compiled *compiled = runner->compiled;
    size_t n = 0;
    auto_free char *said =
        compile_output_named(compiled->output, compiled->output ? compiled->n_output : 0, file, &n);
    if (!said)
        return error_oom(err);
    stop(runner, 0, compiled->verdict, n > 0 ? said : "it does not compile");
    return 0;
}

static int run_once(struct judge *judge, const struct scale_request *request,
                    const struct runner *runner, const struct input *input,
                    struct call_outcome *ret, struct error *err)
{
    const struct call call = {
        .language = runner->language,
        .signature = &request->problem->signature,
        .object_fd = runner->compiled->fd,
        .file = runner->file,
        .n_lines = runner->n_lines,
        .args = input->bytes,
        .args_size = input->size,
        .limits = call_limits,
    };
    return call_run(judge, &call, request->cancel_fd, ret, err);
}

static int run_size(struct judge *judge, const struct scale_request *request, struct runner *runner,
                    const struct input *input, int64_t n, struct error *err)
{
    struct scale_series *series = runner->series;
    struct scale_sample sample = {.n = n};
    double cpu_ms[SCALE_REPEATS_MAX], memory_bytes[SCALE_REPEATS_MAX];
    int n_memory = 0;
    int64_t began = now_ms();
    while (sample.repeats < SCALE_REPEATS_MAX &&
           (sample.repeats < REPEATS_MIN || now_ms() - began < ENOUGH_MS)) {
        struct call_outcome outcome;
        int r = run_once(judge, request, runner, input, &outcome, err);
        if (r < 0)
            return r;
        enum verdict verdict = outcome.verdict;
        bool counts = runner->warm;
        runner->warm = true;
        const struct sandbox_usage used = outcome.box.run;
        series->cpu_source = outcome.box.cpu_source;
        series->memory_source = outcome.box.memory_source;
        if (verdict != VERDICT_NONE)
            stop(runner, n, verdict, outcome.message);
        call_outcome_done(&outcome);
        if (verdict != VERDICT_NONE)
            return 0;
        if (used.cpu_us < 0)
            return error_set(err, -ENOTSUP, "CPU time could not be measured here");
        if (!counts)
            continue;
        cpu_ms[sample.repeats++] = (double)used.cpu_us / 1000;
        runner->used_ms += (double)used.cpu_us / 1000;
        if (used.memory_bytes >= 0)
            memory_bytes[n_memory++] = (double)used.memory_bytes;
    }
    summarise(&sample, cpu_ms, memory_bytes, n_memory);
    series->samples[series->n_samples++] = sample;
    runner->used_wall_ms += now_ms() - began;
    return 0;
}

/* Would the next size, twice this one, take more than what is left?  It grows as it grew last, fourfold if unknown. */
static void look_ahead(struct runner *runner)
{
    const struct scale_series *series = runner->series;
    if (runner->over || series->n_samples == 0)
        return;
    const struct scale_sample *last = &series->samples[series->n_samples - 1];
    double ratio = 4;
    if (series->n_samples > 1)
        ratio = last->cpu_ms / fmax(last[-1].cpu_ms, CPU_MS_RESOLUTION);
    double next_ms = last->cpu_ms * fmax(2, fmin(8, ratio));
    char why[100];
    snprintf(why, sizeof why, "the time budget of %g s", (double)runner->budget_ms / 1000);
    if (runner->used_ms + REPEATS_MIN * next_ms > (double)runner->budget_ms ||
        runner->used_wall_ms > WALL_TIMES * runner->budget_ms)
        stop(runner, 0, VERDICT_NONE, why);
    else if (next_ms > (double)call_limits.cpu_ms)
        stop(runner, 0, VERDICT_NONE, "the time limit of one run");
}

/* ---- both ---- */

static int measure(struct judge *judge, const struct scale_request *request,
                   struct runner *candidate, struct runner *reference, struct error *err)
{
    const struct problem *problem = request->problem;
    struct runner *const runners[] = {candidate, reference};
    struct seed seed;
    struct input input = {0};
    int r = 0;
    seed_public(&seed);
    size_t sizes = 0;
    for (int64_t n = problem->scale.from;
         r == 0 && n <= problem->scale.to && sizes < SCALE_SIZES_MAX; n *= 2, sizes++) {
        char text[100];
        if (candidate->over && (reference->over || candidate->series->n_samples == 0))
            break;
        snprintf(text, sizeof text, "inputs of n = %" PRId64, n);
        if (request->progress)
            request->progress(request->data, text);
        r = generate_scale(judge, problem, n, &seed, take_input, &input, request->cancel_fd, err);
        for (size_t i = 0; r == 0 && i < ARRAY_LEN(runners); i++) {
            if (runners[i]->over)
                continue;
            r = run_size(judge, request, runners[i], &input, n, err);
            look_ahead(runners[i]);
        }
    }
    free(input.bytes);
    return r;
}

void scale_fit(struct scale_series *series)
{
    struct complexity_point time[SCALE_SIZES_MAX], memory[SCALE_SIZES_MAX];
    size_t n_memory = 0;
    for (size_t i = 0; i < series->n_samples; i++) {
        const struct scale_sample *sample = &series->samples[i];
        time[i] =
            (struct complexity_point){(double)sample->n, sample->cpu_ms, sample->cpu_ms_sigma};
        if (!isnan(sample->memory_bytes))
            memory[n_memory++] = (struct complexity_point){(double)sample->n, sample->memory_bytes,
                                                           sample->memory_bytes_sigma};
    }
    complexity_fit(time, series->n_samples, CPU_MS_FLOOR, &series->time);
    complexity_fit(memory, n_memory, MEMORY_BYTES_FLOOR, &series->memory);
}

/* ---- the two of them ---- */

static int load_candidate(struct judge *judge, const struct scale_request *request,
                          struct runner *runner, struct error *err)
{
    struct scale_series *series = runner->series;
    snprintf(series->name, sizeof series->name, "%s", request->file);
    snprintf(series->language, sizeof series->language, "%s", request->language);
    runner->file = request->file;
    runner->n_lines = source_lines(request->source, request->source_size);
    int r = judge_language_of(judge, request->problem, request->language, &runner->language, err);
    if (r == 0)
        r = language_probe(&judge->options.dirs, &judge->cache, runner->language, err);
    if (r < 0)
        return r;
    if (request->source_size > JUDGE_SOURCE_MAX) {
        stop(runner, 0, VERDICT_CE, "the source is larger than 256 KiB");
        return 0;
    }
    r = compile_source(judge, runner->language, &request->problem->signature, request->source,
                       request->source_size, request->cancel_fd, runner->compiled, err);
    if (r == 0 && runner->compiled->verdict != VERDICT_AC)
        r = stop_at_compile(runner, request->file, err);
    return r;
}

/* The reference or check of the candidate's language, else the problem's reference. */
static int load_reference(struct judge *judge, const struct scale_request *request,
                          struct reference *reference, struct runner *runner, bool *ret_same,
                          struct error *err)
{
    const struct problem *problem = request->problem;
    const char *const paths[] = {problem->reference, problem->check};
    const char *path = problem->reference;
    *ret_same = false;
    for (size_t i = 0; i < ARRAY_LEN(paths) && !*ret_same; i++) {
        const char *own =
            paths[i] ? language_for_file(&judge->options.dirs, problem, paths[i]) : NULL;
        *ret_same = own && strcmp(own, request->language) == 0;
        path = *ret_same ? paths[i] : path;
    }
    int r = reference_load(judge, problem, path, *ret_same ? request->language : NULL,
                           request->cancel_fd, reference, err);
    if (r < 0)
        return r;
    runner->language = reference->language;
    runner->compiled = &reference->compiled;
    runner->file = reference->path;
    runner->n_lines = INT_MAX;
    snprintf(runner->series->name, sizeof runner->series->name, "%s", path);
    snprintf(runner->series->language, sizeof runner->series->language, "%s",
             reference->language->name);
    return 0;
}

int scale_run(struct judge *judge, const struct scale_request *request, struct scale_result *ret,
              struct error *err)
{
    const struct problem *problem = request->problem;
    assert(request->budget_ms > 0);
    *ret = (struct scale_result){.problem = problem, .cores = machine_cores()};
    ret->tier = sandbox_tier_of(judge->sandbox);
    machine_cpu(ret->cpu, sizeof ret->cpu);
    if (!problem->scale.n)
        return error_set(err, -EINVAL,
                         "%s does not say how its inputs grow: give problem.json a \"scale\" and "
                         "generator.py a scale(rng, n) (problems/AUTHORS.md, \"How it grows\")",
                         problem->slug);
    struct compiled compiled = {.fd = -1};
    struct reference loaded = {.compiled = {.fd = -1}};
    struct runner candidate = {
        .series = &ret->candidate, .compiled = &compiled, .budget_ms = request->budget_ms};
    struct runner reference = {.series = &ret->reference, .budget_ms = request->budget_ms / 2};
    int r = load_candidate(judge, request, &candidate, err);
    if (r == 0 && !candidate.over)
        r = load_reference(judge, request, &loaded, &reference, &ret->same_language, err);
    if (r == 0 && !candidate.over) {
        language_warm(candidate.language);
        language_warm(reference.language);
        r = measure(judge, request, &candidate, &reference, err);
    }
    compiled_done(&compiled);
    reference_done(&loaded);
    if (r < 0)
        return r;
    scale_fit(&ret->candidate);
    scale_fit(&ret->reference);
    return 0;
}
