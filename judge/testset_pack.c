/* All tests as one file in memory, and back. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/testset_build.h"
#include "sandbox/util.h"

#define PACK_PAD ((size_t)1 << 20) /* sizes in the cache folder tell nothing finer */

struct packed_header {
    char magic[8];
    uint64_t n_tests;
};

struct packed_test {
    char name[64];
    char note[TEST_NOTE_MAX];
    uint64_t group, args_off, args_size, expected_off, expected_size;
    uint64_t n_runs, run_off[COMPARE_RUNS_MAX], run_size[COMPARE_RUNS_MAX]; /* of calls 1 .. */
};

static const char pack_magic[8] = "MLJPACK3";

static size_t align_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

static size_t packed_size(const struct build *build)
{
    size_t size = sizeof(struct packed_header) + build->n_drafts * sizeof(struct packed_test);
    for (size_t i = 0; i < build->n_drafts; i++) {
        const struct draft *draft = &build->drafts[i];
        size = align_up(size, FRAME_ALIGN) + draft->args_size;
        size = align_up(size, FRAME_ALIGN) + draft->expected_size;
        for (size_t run = 1; run < COMPARE_RUNS_MAX; run++)
            size = align_up(size, FRAME_ALIGN) + draft->run_args_size[run];
    }
    return align_up(size, PACK_PAD);
}

static int put(int fd, uint64_t at, const void *bytes, size_t size, struct error *err)
{
    if (lseek(fd, (off_t)at, SEEK_SET) < 0)
        return error_errno(err, "seek in packed tests");
    return fd_write_all(fd, bytes, size, err);
}

/* The file being packed: what of it is used, and what went wrong first. */
struct packing {
    int fd;
    size_t used;
    int r;
    struct error *err;
};

/* Puts a frame behind what is there; where it begins. */
static uint64_t append_frame(struct packing *packing, const void *frame, size_t size)
{
    size_t at = align_up(packing->used, FRAME_ALIGN);
    if (packing->r == 0 && size > 0)
        packing->r = put(packing->fd, at, frame, size, packing->err);
    packing->used = at + size;
    return at;
}

static struct packed_test pack_draft(const struct build *build, const struct draft *draft,
                                     struct packing *packing)
{
    struct packed_test test = {.group = draft->group,
                               .args_size = draft->args_size,
                               .expected_size = draft->expected_size,
                               .n_runs = comparator_runs(build_comparator(build, draft))};
    memcpy(test.name, draft->name, sizeof test.name);
    memcpy(test.note, draft->note, sizeof test.note);
    test.args_off = append_frame(packing, draft->args, draft->args_size);
    test.expected_off = append_frame(packing, draft->expected, draft->expected_size);
    for (size_t run = 1; run < COMPARE_RUNS_MAX; run++) {
        test.run_size[run] = draft->run_args_size[run];
        test.run_off[run] = append_frame(packing, draft->run_args[run], draft->run_args_size[run]);
    }
    return test;
}

int testset_pack(struct build *build, struct error *err)
{
    size_t size = packed_size(build);
    if (size > PACK_MAX_BYTES)
        return error_set(err, -EFBIG, "%s: its tests need more than %zu MiB", build->problem->slug,
                         PACK_MAX_BYTES >> 20);
    auto_fd int fd = memfd_empty("tests", err);
    if (fd < 0)
        return fd;
    if (ftruncate(fd, (off_t)size) < 0)
        return error_errno(err, "make room for packed tests");
    struct packed_header header = {.n_tests = build->n_drafts};
    memcpy(header.magic, pack_magic, sizeof header.magic);
    struct packing packing = {
        .fd = fd,
        .used = sizeof header + build->n_drafts * sizeof(struct packed_test),
        .r = put(fd, 0, &header, sizeof header, err),
        .err = err,
    };
    for (size_t i = 0; packing.r == 0 && i < build->n_drafts; i++) {
        struct packed_test test = pack_draft(build, &build->drafts[i], &packing);
        if (packing.r == 0)
            packing.r = put(fd, sizeof header + i * sizeof test, &test, sizeof test, err);
        draft_done(&build->drafts[i]); /* never all of it twice */
    }
    if (packing.r == 0)
        packing.r = memfd_seal(fd, err);
    return packing.r < 0 ? packing.r : steal_fd(&fd);
}

static bool lies_inside(uint64_t off, uint64_t length, size_t size)
{
    return off <= size && length <= size - off && off % FRAME_ALIGN == 0;
}

static bool packed_is_sound(const struct problem *problem, const struct packed_test *packed,
                            size_t size)
{
    if (packed->group >= problem->n_groups ||
        packed->n_runs != comparator_runs(problem->groups[packed->group].comparator))
        return false;
    bool sound = memchr(packed->name, '\0', sizeof packed->name) &&
                 memchr(packed->note, '\0', sizeof packed->note) &&
                 lies_inside(packed->args_off, packed->args_size, size) &&
                 lies_inside(packed->expected_off, packed->expected_size, size);
    for (size_t run = 1; run < COMPARE_RUNS_MAX; run++)
        sound = sound && lies_inside(packed->run_off[run], packed->run_size[run], size);
    return sound;
}

/* at: where its row lies in `bytes`; runs: [packed->n_runs]. */
static void unpack_test(const struct packed_test *packed, const char *bytes, size_t at,
                        struct run_input *runs, struct test *ret)
{
    *ret = (struct test){.group = packed->group,
                         .args = bytes + packed->args_off,
                         .args_size = packed->args_size,
                         .expected = bytes + packed->expected_off,
                         .expected_size = packed->expected_size,
                         .n_runs = packed->n_runs,
                         .runs = runs,
                         .reference_cpu_us = -1};
    ret->name = bytes + at + offsetof(struct packed_test, name);
    ret->note = bytes + at + offsetof(struct packed_test, note);
    for (size_t run = 0; run < packed->n_runs; run++) {
        bool own = run > 0 && packed->run_size[run] > 0;
        runs[run] = (struct run_input){own ? bytes + packed->run_off[run] : ret->args,
                                       own ? packed->run_size[run] : ret->args_size};
    }
}

static struct packed_test packed_row(const char *bytes, size_t i)
{
    struct packed_test packed;
    memcpy(&packed, bytes + sizeof(struct packed_header) + i * sizeof packed, sizeof packed);
    return packed;
}

/* Views into a packed block; -EBADMSG if it is damaged. */
int testset_unpack(const struct problem *problem, const struct mapping *mapping,
                   struct testset *ret, struct error *err)
{
    struct packed_header header;
    const char *bytes = mapping->bytes;
    if (mapping->size < sizeof header)
        return error_set(err, -EBADMSG, "packed tests are damaged");
    memcpy(&header, bytes, sizeof header);
    if (memcmp(header.magic, pack_magic, sizeof header.magic) != 0 || header.n_tests > TESTS_MAX ||
        header.n_tests * sizeof(struct packed_test) > mapping->size - sizeof header)
        return error_set(err, -EBADMSG, "packed tests are damaged");
    size_t n_runs = 0;
    for (size_t i = 0; i < header.n_tests; i++) {
        struct packed_test packed = packed_row(bytes, i);
        if (!packed_is_sound(problem, &packed, mapping->size))
            return error_set(err, -EBADMSG, "packed tests are damaged");
        n_runs += packed.n_runs;
    }
    ret->tests = calloc(header.n_tests + 1, sizeof *ret->tests);
    ret->runs = calloc(n_runs + 1, sizeof *ret->runs);
    if (!ret->tests || !ret->runs) {
        free(steal(&ret->tests));
        free(steal(&ret->runs));
        return error_oom(err);
    }
    struct run_input *runs = ret->runs;
    for (size_t i = 0; i < header.n_tests; i++) {
        struct packed_test packed = packed_row(bytes, i);
        unpack_test(&packed, bytes, sizeof header + i * sizeof packed, runs, &ret->tests[i]);
        runs += packed.n_runs;
    }
    ret->n_tests = header.n_tests;
    ret->mapping = *mapping;
    return 0;
}
