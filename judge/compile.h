/* From source to what a test loads: checked or compiled in a box, with its own limits, cached by content. */
#ifndef MLJUDGE_COMPILE_H
#define MLJUDGE_COMPILE_H

#include "judge/judge.h"

struct compiled {
    enum verdict verdict; /* AC, CE, SV */
    int fd;               /* a sealed memory file: the object, or the source itself; -1 unless AC */
    double wall_ms;
    bool cached;
    char *output; /* what the compiler said; owned, hostile, at most 64 KiB */
    size_t n_output;
};

/* Compiles `source` for the problem's signature.  Failures of the source are verdicts; negative errno is ours. */
int compile_source(struct judge *judge, struct language *language,
                   const struct signature *signature, const void *source, size_t source_size,
                   int cancel_fd, struct compiled *ret, struct error *err);
void compiled_done(struct compiled *compiled);

/* Lines of a source; what follows the last line break counts as one. */
int source_lines(const char *source, size_t size);

#endif
