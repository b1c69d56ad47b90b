/* What was probably meant: the known words that are nearly the one that was typed. */
#ifndef MLJUDGE_NEAR_H
#define MLJUDGE_NEAR_H

#include <stddef.h>

#define NEAR_WORD_MAX 48 /* bytes; longer words are near nothing */

/* The least number of bytes inserted, left out, replaced or swapped with their neighbour that makes one word of the
 * other, no byte being changed twice ("optimal string alignment": Damerau 1964, as bounded by Wagner and Fischer 1974);
 * `limit` + 1 if it is more than `limit`, or if a word has more than NEAR_WORD_MAX bytes. */
size_t near_distance(const char *a, const char *b, size_t limit);

/* "; did you mean 'knn-classify' or 'knn-regress'?" of at most three of `known` (entries may be NULL), the nearest first;
 * "" if none is near.  Near is a third of the word, or that a known word begins with it (three bytes or more).
 * `known` holds nothing that could do harm in a terminal.  Returns `buffer`. */
char *near_words(const char *word, const char *const *known, size_t n, char *buffer, size_t size);

#endif
