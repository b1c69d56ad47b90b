/* The tokens of a Python or C source: as much of either language as it takes to change one token and leave the rest. */
#ifndef MLJUDGE_MUTATE_TOKENS_H
#define MLJUDGE_MUTATE_TOKENS_H

#include "judge/mutate.h"

enum token_kind {
    TOKEN_NAME, /* keywords as well */
    TOKEN_NUMBER,
    TOKEN_STRING, /* with prefix and quotes; C: characters, too */
    TOKEN_OP,
    TOKEN_END, /* Python: of a logical line */
};

struct token {
    enum token_kind kind;
    size_t at, n;     /* bytes of the source */
    int line, column; /* 1-based; columns are bytes */
    int depth;        /* open brackets around it, not counting the braces of C */
};

struct tokens {
    const char *source; /* borrowed */
    size_t size;
    struct token *items; /* owned */
    size_t n;
};

/* Never fails on what is no program; -ENOMEM.  Comments and lines of the preprocessor are left out. */
int tokens_read(enum mutate_syntax syntax, const char *source, size_t size, struct tokens *ret,
                struct error *err);
void tokens_done(struct tokens *tokens);

/* Is token i there and this text? */
bool token_is(const struct tokens *tokens, size_t i, const char *text);

/* The token that closes the bracket i, or tokens->n. */
size_t token_closing(const struct tokens *tokens, size_t i);

#endif
