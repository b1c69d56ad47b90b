/* The SQL harness's reader of csv arguments (judge/languages/sql/csv.c).
 *
 * Its file, its memory and its end of the process are ours here.  Properties: the rows in reverse are the rows; what
 * was read, written with every text in quotes, is read as the same table. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "judge/languages/sql/sql.h"
#include "tests/fuzz/fuzz.h"

#define COLUMNS_MAX 200

/* ---- what csv.c stands on ---- */

static struct {
    const char *bytes; /* of the file */
    size_t size;
    jmp_buf failed;
    struct block *blocks; /* all memory of one reading */
    FILE *table;          /* what was read */
    size_t n_columns;
} run;

struct block {
    struct block *next;
    size_t size;
    _Alignas(16) char bytes[];
};

void *need(size_t n, size_t size)
{
    struct block *block = calloc(1, sizeof *block + n * size + 1);
    CHECK(block);
    *block = (struct block){run.blocks, n * size};
    run.blocks = block;
    return block->bytes;
}

void *need_more(void *memory, size_t size)
{
    char *grown = need(size, 1);
    if (memory) {
        struct block *old = (void *)((char *)memory - offsetof(struct block, bytes));
        memcpy(grown, memory, old->size < size ? old->size : size);
    }
    return grown;
}

_Noreturn void our_failure(const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    CHECK(vsnprintf(text, sizeof text, format, args) > 0);
    va_end(args);
    longjmp(run.failed, 1);
}

static int file_stat(struct stat *ret)
{
    ret->st_size = (off_t)run.size;
    return 0;
}

/* Exactly as large as the file: the sanitizer sees overruns. */
static void *file_map(size_t size)
{
    char *bytes = need(size, 1);
    CHECK(size == run.size);
    memcpy(bytes, run.bytes, size);
    return bytes;
}

/* ---- the table: each row a line of length-prefixed cells ---- */

sqlite3_stmt *load_table(struct database *database, const char *name, const char *const *columns,
                         const char *const *types, size_t n_columns)
{
    sqlite3_stmt *select = NULL;
    char text[16 + 3 * COLUMNS_MAX] = "SELECT ?";
    (void)name;
    if (n_columns > COLUMNS_MAX)
        our_failure("too many columns for this test");
    for (size_t i = 0; i < n_columns; i++) {
        CHECK(columns[i][0] && strcmp(types[i], "TEXT") == 0);
        fprintf(run.table, "%zu:%s,", strlen(columns[i]), columns[i]);
        if (i > 0)
            strcat(text, ",?");
    }
    fputc('\n', run.table);
    run.n_columns = n_columns;
    CHECK(sqlite3_prepare_v2(database->db, text, -1, &select, NULL) == SQLITE_OK);
    return select;
}

void load_row(struct database *database, sqlite3_stmt *select, const char *table)
{
    (void)database;
    (void)table;
    CHECK(sqlite3_step(select) == SQLITE_ROW);
    for (int i = 0; i < (int)run.n_columns; i++) {
        const void *cell = sqlite3_column_blob(select, i);
        int n = sqlite3_column_bytes(select, i);
        if (sqlite3_column_type(select, i) == SQLITE_NULL) {
            fprintf(run.table, "-,");
            continue;
        }
        CHECK(sqlite3_column_type(select, i) == SQLITE_TEXT);
        fprintf(run.table, "%d:", n);
        fwrite(n ? cell : "", 1, (size_t)n, run.table);
        fputc(',', run.table);
    }
    fputc('\n', run.table);
    sqlite3_reset(select);
}

size_t *row_permutation(size_t n, enum row_order order)
{
    size_t *rows = need(n, sizeof *rows);
    CHECK(order == ORDER_REVERSED);
    for (size_t i = 0; i < n; i++)
        rows[i] = n - 1 - i;
    return rows;
}

#define free(pointer)               ((void)(pointer)) /* all at once, behind each reading */
#define fstat(fd, st)               ((void)(fd), file_stat(st))
#define mmap(at, size, p, f, fd, o) file_map(size)
#define munmap(at, size)            ((void)(at), (void)(size))
#include "judge/languages/sql/csv.c"
#undef free
#undef fstat
#undef mmap
#undef munmap

/* ---- one reading ---- */

struct table {
    char *text;
    size_t size;
    bool good;
};

static struct table read_table(const char *bytes, size_t size, enum row_order order)
{
    static struct database database;
    struct table ret = {0};
    if (!database.db)
        CHECK(sqlite3_open(":memory:", &database.db) == SQLITE_OK);
    run.bytes = bytes;
    run.size = size;
    run.table = open_memstream(&ret.text, &ret.size);
    CHECK(run.table);
    if (setjmp(run.failed) == 0) {
        load_csv(&database, "t", 0, order);
        ret.good = true;
    }
    CHECK(fclose(run.table) == 0);
    for (sqlite3_stmt *left; (left = sqlite3_next_stmt(database.db, NULL));)
        sqlite3_finalize(left);
    while (run.blocks) {
        struct block *next = run.blocks->next;
        free(run.blocks);
        run.blocks = next;
    }
    return ret;
}

/* The cell at *at, moved behind it; NULL is NULL. */
static const char *next_cell(const char **at, size_t *ret_n)
{
    char *end = NULL;
    *ret_n = 0;
    if (**at == '-') {
        *at += 2;
        return NULL;
    }
    *ret_n = (size_t)strtoull(*at, &end, 10);
    const char *cell = end + 1;
    *at = cell + *ret_n + 1;
    return cell;
}

/* Every text in quotes. */
static void write_csv(const struct table *table, FILE *to)
{
    const char *at = table->text, *end = table->text + table->size;
    while (at < end) {
        for (bool first = true; *at != '\n'; first = false) {
            size_t n = 0;
            const char *cell = next_cell(&at, &n);
            fputs(first ? "" : ",", to);
            if (!cell)
                continue;
            fputc('"', to);
            for (size_t i = 0; i < n; i++) {
                fputs(cell[i] == '"' ? "\"" : "", to);
                fputc(cell[i], to);
            }
            fputc('"', to);
        }
        fputc('\n', to);
        at++;
    }
}

/* Behind the line at `at`. */
static size_t line_end(const struct table *table, size_t at)
{
    const char *here = table->text + at;
    size_t n = 0;
    while (*here != '\n')
        next_cell(&here, &n);
    return (size_t)(here - table->text) + 1;
}

static void check_reversed(const struct table *table, const struct table *reversed)
{
    size_t at = line_end(table, 0), back = reversed->size;
    CHECK(reversed->size == table->size && memcmp(reversed->text, table->text, at) == 0);
    while (at < table->size) {
        size_t end = line_end(table, at);
        back -= end - at;
        CHECK(memcmp(reversed->text + back, table->text + at, end - at) == 0);
        at = end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 1 << 12)
        return 0;
    struct table table = read_table((const char *)data, size, ORDER_GIVEN);
    struct table reversed = read_table((const char *)data, size, ORDER_REVERSED);
    CHECK(table.good == reversed.good);
    if (table.good) {
        char *csv = NULL;
        size_t csv_size = 0;
        FILE *to = open_memstream(&csv, &csv_size);
        CHECK(to);
        write_csv(&table, to);
        CHECK(fclose(to) == 0);
        struct table again = read_table(csv, csv_size, ORDER_GIVEN);
        CHECK(again.good && again.size == table.size);
        CHECK(memcmp(again.text, table.text, table.size) == 0);
        check_reversed(&table, &reversed);
        free(again.text);
        free(csv);
    }
    free(table.text);
    free(reversed.text);
    return 0;
}
