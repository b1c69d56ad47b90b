/* The distribution that a sample is held against: categories with their probabilities. */
#ifndef MLJUDGE_SAMPLE_MODEL_H
#define MLJUDGE_SAMPLE_MODEL_H

#include "judge/frame.h"

/* Draws of categories 0 .. n-1 (ints), or of floats. */
enum sample_kind { FROM_WEIGHTS, FROM_CATEGORIES, FROM_UNIFORM, FROM_NORMAL, FROM_EXPONENTIAL };

/* A number of problem.json, or the argument that holds it. */
struct amount {
    bool is_arg;
    size_t arg;
    double value;
};

struct sample_source {
    enum sample_kind kind;
    size_t weights;     /* FROM_WEIGHTS: the argument */
    struct amount a, b; /* number of categories; low, high; mean, sd; rate */
};

#define SAMPLE_BLOCKS_MAX 8

/* Floats: bins of equal probability. */
struct sample_model {
    bool floats;
    size_t n;       /* categories */
    double *p;      /* [n] */
    size_t *order;  /* [n], by rising p */
    double repeat;  /* the probability that two draws are equal */
    int n_blocks;   /* of neighbouring categories, for tables of pairs */
    uint8_t *block; /* [n] */
    double block_p[SAMPLE_BLOCKS_MAX];
};

/* -EINVAL: the arguments make no distribution, which is the package's fault. */
int sample_model_make(const struct sample_source *source, const struct frame *args, int64_t n_draws,
                      struct sample_model *ret, struct error *err);
void sample_model_done(struct sample_model *model);

/* Floats: F(x), which of a true sample is uniform on [0, 1]; outside of it for what cannot be drawn. */
double sample_distribution(const struct sample_source *source, const struct frame *args, double x);

/* The category of draw `i`; SIZE_MAX: it cannot be drawn. */
size_t sample_category(const struct sample_source *source, const struct frame *args,
                       const struct sample_model *model, const struct value *draws, int64_t i);

/* For qsort_r(): indices by a double [n]. */
int sample_by_number(const void *a, const void *b, void *numbers);

#endif
