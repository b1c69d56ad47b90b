/* A csv argument as a table of TEXT columns: RFC 4180, LF or CR LF, a header, an unquoted empty field is NULL and a
 * quoted one ''.  The file belongs to the package: what is wrong with it is never the candidate's fault. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "sql.h"

struct csv {
    const char *name; /* of the argument */
    const char *bytes;
    size_t size, at;
    size_t line;
    char *field; /* unquoted; as large as the file's longest could be */
    size_t capacity, length;
    bool quoted;
};

static void put(struct csv *csv, char c)
{
    if (csv->length == csv->capacity) {
        csv->capacity = csv->capacity ? csv->capacity * 2 : 4096;
        csv->field = need_more(csv->field, csv->capacity);
    }
    csv->field[csv->length++] = c;
}

static void read_quoted(struct csv *csv)
{
    size_t line = csv->line;
    for (csv->at++;; csv->at++) {
        if (csv->at == csv->size)
            our_failure("csv '%s', line %zu: a quoted field that does not end", csv->name, line);
        char c = csv->bytes[csv->at];
        if (c == '"' && (csv->at + 1 == csv->size || csv->bytes[csv->at + 1] != '"'))
            break;
        csv->at += c == '"';
        csv->line += c == '\n';
        put(csv, c);
    }
    csv->at++;
    if (csv->at < csv->size && !memchr(",\r\n", csv->bytes[csv->at], 3))
        our_failure("csv '%s', line %zu: text behind a closing quote", csv->name, csv->line);
}

/* One field and what ends it; true if that was the end of the record. */
static bool read_field(struct csv *csv)
{
    csv->length = 0;
    csv->quoted = csv->at < csv->size && csv->bytes[csv->at] == '"';
    if (csv->quoted)
        read_quoted(csv);
    while (csv->at < csv->size && !memchr(",\r\n", csv->bytes[csv->at], 3)) {
        if (csv->bytes[csv->at] == '"')
            our_failure("csv '%s', line %zu: a quote inside a field", csv->name, csv->line);
        put(csv, csv->bytes[csv->at++]);
    }
    if (csv->at == csv->size)
        return true;
    char c = csv->bytes[csv->at++];
    if (c == ',')
        return false;
    if (c == '\r' && (csv->at == csv->size || csv->bytes[csv->at++] != '\n'))
        our_failure("csv '%s', line %zu: CR without LF", csv->name, csv->line);
    csv->line++;
    return true;
}

static void map_file(struct csv *csv, int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        our_failure("csv '%s' cannot be read", csv->name);
    csv->size = (size_t)st.st_size;
    if (csv->size == 0)
        return;
    void *bytes = mmap(NULL, csv->size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        our_failure("csv '%s' cannot be mapped", csv->name);
    csv->bytes = bytes;
    if (csv->size >= 3 && memcmp(csv->bytes, "\xef\xbb\xbf", 3) == 0)
        csv->at = 3;
}

struct header {
    char **names;
    size_t n;
};

static void read_header(struct csv *csv, struct header *ret)
{
    bool last = csv->at == csv->size;
    if (last)
        our_failure("csv '%s' has no header", csv->name);
    while (!last) {
        last = read_field(csv);
        put(csv, '\0');
        ret->names = need_more((void *)ret->names, (ret->n + 1) * sizeof *ret->names);
        char *name = need(csv->length, 1);
        memcpy(name, csv->field, csv->length);
        if (!name[0] || strlen(name) + 1 != csv->length)
            our_failure("csv '%s': column %zu has no name", csv->name, ret->n + 1);
        for (size_t i = 0; i < ret->n; i++)
            if (strcasecmp(ret->names[i], name) == 0)
                our_failure("csv '%s': two columns are called '%.60s'", csv->name, name);
        ret->names[ret->n++] = name;
    }
}

static sqlite3_stmt *make_table(struct database *database, const char *table, struct header *header)
{
    const char **types = need(header->n, sizeof *types);
    for (size_t i = 0; i < header->n; i++)
        types[i] = "TEXT";
    sqlite3_stmt *insert =
        load_table(database, table, (const char *const *)header->names, types, header->n);
    for (size_t i = 0; i < header->n; i++)
        free(header->names[i]);
    free((void *)header->names);
    free((void *)types);
    return insert;
}

/* The record at csv->at, into the table if there is one. */
static void read_record(struct database *database, struct csv *csv, sqlite3_stmt *insert, size_t n)
{
    size_t line = csv->line;
    size_t i = 0;
    for (bool last = false; !last; i++) {
        last = read_field(csv);
        if (i >= n || !insert)
            continue;
        bool null = csv->length == 0 && !csv->quoted;
        int r = null ? sqlite3_bind_null(insert, (int)i + 1)
                     : sqlite3_bind_text64(insert, (int)i + 1, csv->length ? csv->field : "",
                                           csv->length, SQLITE_TRANSIENT, SQLITE_UTF8);
        if (r != SQLITE_OK)
            our_failure("csv '%s', line %zu: SQLite does not take it", csv->name, line);
    }
    if (i != n)
        our_failure("csv '%s', line %zu: %zu fields where the header has %zu", csv->name, line, i,
                    n);
    if (insert)
        load_row(database, insert, csv->name);
}

/* In another order: where each record begins, then the records. */
static void put_permuted(struct database *database, struct csv *csv, sqlite3_stmt *insert,
                         size_t n_columns, enum row_order order)
{
    size_t *starts = NULL;
    size_t n = 0, capacity = 0;
    while (csv->at < csv->size) {
        if (n == capacity) {
            capacity = capacity ? capacity * 2 : 1024;
            starts = need_more(starts, capacity * sizeof *starts);
        }
        starts[n++] = csv->at;
        read_record(database, csv, NULL, n_columns);
    }
    size_t *rows = row_permutation(n, order);
    for (size_t i = 0; i < n; i++) {
        csv->at = starts[rows[i]];
        read_record(database, csv, insert, n_columns);
    }
    free(rows);
    free(starts);
}

void load_csv(struct database *database, const char *table, int fd, enum row_order order)
{
    struct csv csv = {.name = table, .line = 1};
    struct header header = {0};
    map_file(&csv, fd);
    read_header(&csv, &header);
    size_t n_columns = header.n;
    sqlite3_stmt *insert = make_table(database, table, &header);
    if (order == ORDER_REVERSED || order == ORDER_SHUFFLED)
        put_permuted(database, &csv, insert, n_columns, order);
    else
        while (csv.at < csv.size)
            read_record(database, &csv, insert, n_columns);
    sqlite3_finalize(insert);
    free(csv.field);
    munmap((void *)(uintptr_t)csv.bytes, csv.size);
}
