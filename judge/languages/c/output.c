/* Results: buffers of known size, emitters for the others, and the result frame.
 *
 * Every element is poisoned before the candidate may write it, so that one never written is told as such and is not
 * a chance value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "output.h"

#define POISON_BYTE 0xa5
#define POISON_WORD 0xa5a5a5a5a5a5a5a5u
#define ELEMENTS_MAX \
    ((int64_t)1 << 40) /* far above what a box may allocate: products cannot overflow */
#define SIZES_AS_DECLARED SIZE_MAX

static _Alignas(64) unsigned char nothing[64]; /* where pointers to no elements point */

size_t elem_width(enum elem elem)
{
    switch (elem) {
    case ELEM_BOOL: return 1;
    case ELEM_STR: return sizeof(struct str);
    default: return 8;
    }
}

const char *out_name(const struct mlj_out *out)
{
    return out->field->name[0] ? out->field->name : "return";
}

static const char *elem_text(int elem)
{
    static const char *const names[] = {"any", "int", "float", "bool", "str"};
    return names[elem];
}

static _Noreturn void no_memory(const struct mlj_out *out, size_t n)
{
    fault(FAULT_MEMORY, "bad_alloc", "%s: no memory for %zu elements", out_name(out), n);
}

/* ---- before ready ---- */

static int64_t product(const struct mlj_out *out)
{
    int64_t n = 1;
    for (int i = 0; i < out->field->type.rank; i++)
        if (__builtin_mul_overflow(n, out->dims[i], &n) || n > ELEMENTS_MAX)
            return -1;
    return n;
}

static void prepare_known(struct mlj_out *out)
{
    const struct type *type = &out->field->type;
    out->n = product(out);
    if (out->n < 0)
        our_failure("result '%s' has too many elements", out_name(out));
    out->known = true;
    size_t n = (size_t)out->n;
    out->data = n ? need(n, elem_width(type->elem)) : nothing;
    memset(out->data, POISON_BYTE, n * elem_width(type->elem));
    if (type->nullable) {
        out->valid = n ? need(n, 1) : nothing;
        memset(out->valid, 1, n);
    }
}

void output_prepare(struct mlj_out *out, const struct field *field,
                    const struct signature *signature, const struct mlj_in *in)
{
    const struct type *type = &field->type;
    out->field = field;
    bool has_free = false;
    for (int i = 0; i < type->rank; i++) {
        out->dims[i] = input_dim(signature, in, &type->dims[i]);
        has_free = has_free || out->dims[i] < 0;
    }
    if (type->kind == KIND_TABLE) {
        out->columns = need(type->n_columns, sizeof *out->columns);
        for (size_t i = 0; i < type->n_columns; i++)
            out->columns[i].field = &type->columns[i];
    } else if (type->kind != KIND_RAGGED && !has_free) {
        prepare_known(out);
    }
}

void outputs_prepare(const struct signature *signature, const struct mlj_in *in,
                     struct outputs *ret)
{
    ret->n = signature->n_returns;
    ret->outs = need(ret->n, sizeof *ret->outs);
    ret->results = need(ret->n, sizeof *ret->results);
    for (size_t i = 0; i < ret->n; i++) {
        struct mlj_out *out = &ret->outs[i];
        output_prepare(out, &signature->returns[i], signature, in);
        ret->results[i] = (struct mlj_result){out->data, out->valid, out};
    }
}

/* ---- what the candidate calls ---- */

/* Room for `more` elements behind the last; in the box, so its memory limit is the bound. */
static void grow(struct mlj_out *out, size_t more)
{
    const struct type *type = &out->field->type;
    size_t n = (size_t)out->n;
    if (more > (size_t)ELEMENTS_MAX - n)
        no_memory(out, more);
    if (n + more <= out->capacity)
        return;
    size_t capacity = out->capacity ? out->capacity * 2 : 64;
    while (capacity < n + more)
        capacity *= 2;
    void *data = realloc(out->data, capacity * elem_width(type->elem));
    if (data)
        out->data = data;
    void *valid = !type->nullable ? nothing : realloc(out->valid, capacity);
    if (valid && type->nullable)
        out->valid = valid;
    if (!data || !valid)
        no_memory(out, capacity);
    out->capacity = capacity;
}

static void check_elem(const struct mlj_out *out, enum mlj_elem elem, const char *function)
{
    if (elem != MLJ_ANY && (int)elem != (int)out->field->type.elem)
        fault(FAULT_TYPE, function, "%s: %s_%s() where %s is declared", out_name(out), function,
              elem_text((int)elem), elem_text((int)out->field->type.elem));
}

static void *emit(struct mlj_out *out, enum mlj_elem elem, const size_t *free_sizes, size_t n_sizes)
{
    const struct type *type = &out->field->type;
    if (type->kind != KIND_ARRAY || out->known)
        fault(FAULT_TYPE, "mlj_emit", "%s: mlj_emit_...() is for results of free size",
              out_name(out));
    check_elem(out, elem, "mlj_emit");
    if (out->emitted)
        fault(FAULT_TYPE, "mlj_emit", "%s: emitted twice", out_name(out));
    size_t n_free = 0;
    for (int i = 0; i < type->rank; i++) {
        if (out->dims[i] >= 0)
            continue;
        if (n_free < n_sizes) {
            if (free_sizes[n_free] > (size_t)ELEMENTS_MAX)
                no_memory(out, free_sizes[n_free]);
            out->dims[i] = (int64_t)free_sizes[n_free];
        }
        n_free++;
    }
    if (n_sizes != SIZES_AS_DECLARED && n_sizes != n_free)
        fault(FAULT_TYPE, "mlj_emit", "%s: %zu sizes are free; use mlj_emit_sizes()", out_name(out),
              n_free);
    int64_t n = product(out);
    if (n < 0)
        no_memory(out, SIZE_MAX);
    grow(out, (size_t)n);
    out->emitted = true;
    out->n = n;
    if (n == 0)
        return nothing;
    memset(out->data, POISON_BYTE, (size_t)n * elem_width(type->elem));
    if (type->nullable)
        memset(out->valid, 1, (size_t)n);
    return out->data;
}

static void append_offset(struct mlj_out *out)
{
    if (out->n_rows + 2 > out->rows_capacity) {
        size_t capacity = out->rows_capacity ? out->rows_capacity * 2 : 64;
        int64_t *rows = realloc(out->rows, capacity * sizeof *rows);
        if (!rows)
            no_memory(out, capacity);
        if (out->n_rows == 0)
            rows[0] = 0;
        out->rows = rows;
        out->rows_capacity = capacity;
    }
    out->rows[++out->n_rows] = out->n;
}

static void *row(struct mlj_out *out, enum mlj_elem elem, size_t size)
{
    const struct type *type = &out->field->type;
    if (type->kind != KIND_RAGGED)
        fault(FAULT_TYPE, "mlj_row", "%s: mlj_row_...() is for ragged results", out_name(out));
    check_elem(out, elem, "mlj_row");
    grow(out, size);
    out->last = out->n;
    char *data = out->data;
    char *start = size ? data + (size_t)out->n * elem_width(type->elem) : (char *)nothing;
    memset(start, POISON_BYTE, size * elem_width(type->elem));
    if (type->nullable && size)
        memset(out->valid + out->n, 1, size);
    out->n += (int64_t)size;
    append_offset(out);
    return start;
}

static uint8_t *valid(struct mlj_out *out)
{
    if (!out->field->type.nullable)
        fault(FAULT_TYPE, "mlj_valid", "%s: declared without '?', nothing in it may be NULL",
              out_name(out));
    return out->valid && out->n > out->last ? out->valid + out->last : nothing;
}

/* Strings of table columns, and those that methods return, are copied: `data` then holds their lengths. */
static struct str keep_bytes(struct mlj_out *out, struct str text)
{
    if (text.n > (size_t)ELEMENTS_MAX)
        fault(FAULT_TYPE, "str", "%s: a str of %zu bytes", out_name(out), text.n);
    if (text.n > out->bytes_capacity - out->n_bytes) {
        size_t capacity = out->bytes_capacity ? out->bytes_capacity * 2 : 1024;
        while (capacity - out->n_bytes < text.n)
            capacity *= 2;
        char *bytes = realloc(out->bytes, capacity);
        if (!bytes)
            no_memory(out, capacity);
        out->bytes = bytes;
        out->bytes_capacity = capacity;
    }
    if (text.n)
        memcpy(out->bytes + out->n_bytes, text.p, text.n);
    struct str kept = {NULL, text.n}; /* p is set when all bytes are there: realloc moves them */
    out->n_bytes += text.n;
    return kept;
}

static void append_cell(struct mlj_out *out, const void *cell)
{
    const struct type *type = &out->field->type;
    size_t width = elem_width(type->elem);
    grow(out, 1);
    char *data = out->data;
    char *to = data + (size_t)out->n * width;
    if (type->nullable)
        out->valid[out->n] = cell != NULL;
    if (!cell) {
        memset(to, 0, width);
    } else if (type->elem == ELEM_STR) {
        struct str kept = keep_bytes(out, *(const struct str *)cell);
        memcpy(to, &kept, width);
    } else {
        memcpy(to, cell, width);
    }
    out->n++;
}

static void emit_row(struct mlj_out *out, const void *const *cells, size_t n_cells)
{
    const struct type *type = &out->field->type;
    if (type->kind != KIND_TABLE || n_cells != type->n_columns)
        fault(FAULT_TYPE, "emit_row", "%s: emit_row() of another result", out_name(out));
    for (size_t i = 0; i < n_cells; i++)
        append_cell(&out->columns[i], cells[i]);
    out->n_rows++;
}

/* "(3, 2)"; -1 is `*`. */
static const char *shape_text(const int64_t *dims, int rank, char *buffer, size_t size)
{
    size_t used = (size_t)snprintf(buffer, size, "(");
    for (int i = 0; i < rank && used < size; i++)
        used += (size_t)(dims[i] < 0 ? snprintf(buffer + used, size - used, "%s*", i ? ", " : "")
                                     : snprintf(buffer + used, size - used, "%s%lld", i ? ", " : "",
                                                (long long)dims[i]));
    if (used < size)
        snprintf(buffer + used, size - used, rank == 1 ? ",)" : ")");
    return buffer;
}

static void *array(struct mlj_out *out, enum mlj_elem elem, const size_t *dims, int rank)
{
    const struct type *type = &out->field->type;
    int64_t sizes[TYPE_MAX_RANK];
    size_t free_sizes[TYPE_MAX_RANK], n_free = 0, n = 1;
    if (type->kind != KIND_ARRAY || type->rank != rank)
        fault(FAULT_TYPE, "array", "%s: an array of %d dimensions", out_name(out), rank);
    check_elem(out, elem, "array");
    bool fits = true;
    for (int i = 0; i < rank; i++) {
        if (dims[i] > (size_t)ELEMENTS_MAX)
            no_memory(out, dims[i]);
        sizes[i] = (int64_t)dims[i];
        n *= dims[i] ? 1 : 0;
        if (out->dims[i] < 0)
            free_sizes[n_free++] = dims[i];
        else
            fits = fits && sizes[i] == out->dims[i];
    }
    if (!fits && n == 0 && !out->known)
        return nothing; /* nothing in it, whatever its sizes: `[]` */
    if (!fits && !(n == 0 && out->known && out->n == 0)) {
        char got[96], want[96];
        fault(FAULT_TYPE, "shape", "%s has shape %s, expected %s", out_name(out),
              shape_text(sizes, rank, got, sizeof got),
              shape_text(out->dims, rank, want, sizeof want));
    }
    return out->known ? out->data : emit(out, elem, free_sizes, n_free);
}

static void fail(enum mlj_fail what, const char *kind, const char *message)
{
    char name[64];
    snprintf(name, sizeof name, "%s", kind);
    for (char *c = name; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            *c = '?';
    fault(what == MLJ_FAIL_MEMORY ? FAULT_MEMORY : FAULT_EXCEPTION, name, "%s",
          message ? message : "");
}

const struct mlj_api outputs_api = {
    .emit = emit, .row = row, .valid = valid, .emit_row = emit_row, .array = array, .fail = fail};

/* ---- after the call ---- */

static void place(const struct mlj_out *out, int64_t i, char *ret, size_t size)
{
    if (out->field->type.kind == KIND_RAGGED) {
        size_t r = 0;
        while (out->rows[r + 1] <= i)
            r++;
        snprintf(ret, size, "%s[%zu][%lld]", out_name(out), r, (long long)(i - out->rows[r]));
        return;
    }
    char text[96] = "";
    for (int j = out->field->type.rank - 1; j >= 0; j--) {
        char longer[96];
        int64_t dim = out->dims[j];
        snprintf(longer, sizeof longer, "[%lld]%.70s", (long long)(j && dim ? i % dim : i), text);
        memcpy(text, longer, sizeof text);
        i = dim ? i / dim : i;
    }
    snprintf(ret, size, "%s%s", out_name(out), text);
}

static _Noreturn void bad_element(const struct mlj_out *out, int64_t i, const char *what)
{
    char at[160];
    place(out, i, at, sizeof at);
    fault(FAULT_TYPE, "result", "%s: %s", at, what);
}

static void check_words(struct mlj_out *out)
{
    uint64_t *words = out->data;
    for (int64_t i = 0; i < out->n; i++) {
        if (out->valid && !out->valid[i])
            words[i] = 0;
        else if (words[i] == POISON_WORD)
            bad_element(out, i, "never written");
    }
    if (out->field->type.elem != ELEM_FLOAT || !out->valid)
        return;
    double *numbers = out->data;
    for (int64_t i = 0; i < out->n; i++) { /* NULL and NaN are one in float?, in every language */
        if (!out->valid[i] || numbers[i] != numbers[i]) {
            out->valid[i] = 0;
            numbers[i] = __builtin_nan("");
        }
    }
}

static void check_bools(struct mlj_out *out)
{
    uint8_t *bytes = out->data;
    for (int64_t i = 0; i < out->n; i++) {
        if (out->valid && !out->valid[i])
            bytes[i] = 0;
        else if (bytes[i] > 1)
            bad_element(out, i,
                        bytes[i] == POISON_BYTE ? "never written" : "neither true nor false");
    }
}

/* Memory until the end of the process, chained so that it is never lost. */
static void *keep(const struct mlj_out *out, size_t size)
{
    struct kept {
        _Alignas(16) struct kept *next;
    };
    static struct kept *chain;
    struct kept *kept = malloc(sizeof *kept + size);
    if (kept) {
        kept->next = chain;
        chain = kept;
        return kept + 1;
    }
    no_memory(out, size);
}

/* struct str -> offsets and bytes. */
static void pack_strings(struct mlj_out *out)
{
    size_t n = (size_t)out->n, total = 0;
    struct str *texts = out->data;
    for (size_t i = 0; i < n; i++) {
        if (out->valid && !out->valid[i])
            texts[i] = (struct str){NULL, 0};
        else if ((uintptr_t)texts[i].p == POISON_WORD || texts[i].n == POISON_WORD)
            bad_element(out, (int64_t)i, "never written");
        else if (texts[i].n > (size_t)ELEMENTS_MAX - total)
            bad_element(out, (int64_t)i, "a str of impossible length");
        total += texts[i].n;
    }
    bool copied = out->bytes || total == 0;
    out->offsets = keep(out, (n + 1) * sizeof *out->offsets);
    if (!copied)
        out->bytes = keep(out, total);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        out->offsets[i] = (int64_t)at;
        if (!copied && texts[i].n)
            memcpy(out->bytes + at, texts[i].p, texts[i].n);
        at += texts[i].n;
    }
    out->offsets[n] = (int64_t)at;
    out->n_bytes = total;
}

static void finish(struct mlj_out *out)
{
    const struct type *type = &out->field->type;
    for (int64_t i = 0; out->valid && i < out->n; i++)
        out->valid[i] = out->valid[i] != 0;
    if (type->elem == ELEM_STR)
        pack_strings(out);
    else if (type->elem == ELEM_BOOL)
        check_bools(out);
    else
        check_words(out);
}

void output_finish(struct mlj_out *out)
{
    const struct type *type = &out->field->type;
    if (out->finished)
        return;
    out->finished = true;
    if (type->kind == KIND_RAGGED && out->dims[0] >= 0 && out->dims[0] != (int64_t)out->n_rows)
        fault(FAULT_TYPE, "result", "%s: %zu rows where %lld are declared", out_name(out),
              out->n_rows, (long long)out->dims[0]);
    for (size_t j = 0; j < type->n_columns; j++) {
        out->columns[j].dims[0] = (int64_t)out->n_rows;
        out->columns[j].emitted = true;
        finish(&out->columns[j]);
    }
    if (type->kind != KIND_TABLE)
        finish(out);
}

void output_finish_one(struct mlj_out *out, size_t i)
{
    const enum elem elem = out->field->type.elem;
    struct str *texts = out->data;
    const uint8_t *bytes = out->data;
    const uint64_t *words = out->data;
    if (out->valid && !out->valid[i])
        return;
    if (elem == ELEM_STR    ? (uintptr_t)texts[i].p == POISON_WORD || texts[i].n == POISON_WORD
        : elem == ELEM_BOOL ? bytes[i] == POISON_BYTE
                            : words[i] == POISON_WORD)
        fault(FAULT_TYPE, "result", "return: never written");
    if (elem == ELEM_BOOL && bytes[i] > 1)
        fault(FAULT_TYPE, "result", "return: neither true nor false");
    if (elem == ELEM_STR)
        texts[i] = keep_bytes(out, texts[i]);
}

/* Shape, elements, then the frame. */
void outputs_write(const struct outputs *outputs)
{
    for (size_t i = 0; i < outputs->n; i++)
        output_finish(&outputs->outs[i]);
    result_write(outputs);
}
