/* The tests of a package while they are made: testset.c and the testset_STAGE.c files. */
#ifndef MLJUDGE_TESTSET_BUILD_H
#define MLJUDGE_TESTSET_BUILD_H

#include "judge/testset.h"

#define TESTS_MAX      16384
#define PACK_MAX_BYTES ((size_t)2 << 30)

/* A test while it is being made: owns its frames. */
struct draft {
    char name[64];
    size_t group;
    char note[TEST_NOTE_MAX];
    char file[200]; /* hand-written: for messages; "" = generated */
    void *args, *expected;
    size_t args_size, expected_size;
    void *run_args[COMPARE_RUNS_MAX]; /* of calls 1 ..; NULL: as call 0 */
    size_t run_args_size[COMPARE_RUNS_MAX];
    bool given;        /* expected came with the file */
    int64_t cpu_us[2]; /* what "reference" and "check" took; -1 = not run */
};

struct build {
    struct judge *judge;
    const struct testset_request *request;
    const struct problem *problem;
    struct draft *drafts;
    size_t n_drafts, capacity;
    char key[SHA256_HEX]; /* of all that makes the tests */
};

/* ---- the stages, in order; errors are as testset_build()'s ---- */

int testset_gather(struct build *build, struct error *err); /* hand-written and generated tests */
/* One file of a test: args or calls, expected, note, checked as a whole.  draft->file is what messages call it;
 * files_fd: the folder that {"$file": ...} is looked for in. */
int testset_read_file(const struct build *build, struct draft *draft, int dir_fd, const char *name,
                      int files_fd, bool needs_expected, struct error *err);
int testset_vary(struct build *build, struct error *err); /* the arguments of further calls */

/* Runs one reference over all tests.  The first one's answers become the expected ones; "check" must agree. */
int testset_answer(struct build *build, const char *path, bool is_check, struct error *err);

/* One sealed file in memory, as the cache keeps it; its descriptor.  The drafts lose their frames on the way.  Back into
 * tests, views of the mapping: -EBADMSG if it is damaged. */
int testset_pack(struct build *build, struct error *err);
int testset_unpack(const struct problem *problem, const struct mapping *mapping,
                   struct testset *ret, struct error *err);

/* ---- for all of them ---- */

void draft_done(struct draft *draft);

void build_say(const struct build *build, const char *text);
bool build_may_tell(const struct build *build);

/* With a secret seed, a package's complaint about a hidden test becomes a sentence that says nothing of it. */
int build_withhold(const struct build *build, const char *what, int r, struct error *err);

bool build_is_hidden(const struct build *build, const struct draft *draft);

/* What progress calls a test: hidden ones have numbers, as in reports. */
void build_label(const struct build *build, const struct draft *draft, char *text, size_t size);

int build_add_draft(struct build *build, size_t group, struct draft **ret, struct error *err);
const struct comparator *build_comparator(const struct build *build, const struct draft *draft);

/* Arguments and, if there, the expected answer against the signature. */
int build_check_draft(const struct build *build, const struct draft *draft, struct error *err);

#endif
