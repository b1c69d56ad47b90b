/* Mutants (judge/mutate.c) of any bytes.  Properties: every change lies within the source, at the line and column it names,
 * changes something, and the list is bounded and the same every time. */
#include <string.h>

#include "judge/mutate.h"
#include "tests/fuzz/fuzz.h"

static void check_place(const struct mutation *mutation, const char *source)
{
    int line = 1;
    size_t start = 0;
    for (size_t i = 0; i < mutation->at; i++)
        if (source[i] == '\n') {
            line++;
            start = i + 1;
        }
    CHECK(mutation->line == line);
    CHECK(mutation->column == (int)(mutation->at - start) + 1);
}

static void check_mutant(const struct mutation *mutation, const char *source, size_t size)
{
    size_t length = strlen(mutation->text), new_size = 0;
    CHECK(mutation->at <= size && mutation->n <= size - mutation->at);
    CHECK(length < MUTATION_TEXT_MAX - 1); /* never cut */
    char *mutant = mutation_apply(mutation, source, size, &new_size);
    CHECK(mutant);
    CHECK(new_size == size - mutation->n + length);
    CHECK(new_size != size || memcmp(mutant, source, size) != 0);
    CHECK(memcmp(mutant, source, mutation->at) == 0);
    free(mutant);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 1 << 14)
        return 0;
    enum mutate_syntax syntax = data[0] & 1 ? MUTATE_C : MUTATE_PYTHON;
    size_t max = data[1];
    const char *source = (const char *)data + 2;
    struct mutations mutations, again;
    struct error err = ERROR_INIT;
    size -= 2;
    CHECK(mutations_find(syntax, source, size, max, &mutations, &err) == 0);
    CHECK(mutations_find(syntax, source, size, max, &again, &err) == 0);
    CHECK(mutations.n == (mutations.n_all < max ? mutations.n_all : max));
    CHECK(mutations.n == again.n);
    for (size_t i = 0; i < mutations.n; i++) {
        CHECK(mutations.items[i].at == again.items[i].at);
        CHECK(strcmp(mutations.items[i].text, again.items[i].text) == 0);
        check_mutant(&mutations.items[i], source, size);
        if (mutations.items[i].n > 0) /* an insertion names the token before which it stands */
            check_place(&mutations.items[i], source);
    }
    mutations_done(&mutations);
    mutations_done(&again);
    return 0;
}
