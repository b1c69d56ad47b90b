/* mljudge-harness-sql            runs one test: the tables are made before `ready`, the candidate's text is read after `go`
 * mljudge-harness-sql --check    does the text on FD_OBJECT prepare?  Exit 0, or one diagnostic on stderr and exit 1
 * mljudge-harness-sql --version  SQLite's */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sql.h"

/* The candidate's text, terminated with NUL; NULL if there is no memory for it. */
static char *read_text(size_t *ret_size)
{
    struct stat st;
    if (fstat(FD_OBJECT, &st) < 0 || st.st_size > SQL_TEXT_MAX)
        our_failure("no statement on descriptor %d", FD_OBJECT);
    char *text = malloc((size_t)st.st_size + 1);
    size_t n = 0;
    while (text && n < (size_t)st.st_size) {
        ssize_t r = pread(FD_OBJECT, text + n, (size_t)st.st_size - n, (off_t)n);
        if (r <= 0)
            our_failure("the statement cannot be read: %s", strerror(errno));
        n += (size_t)r;
    }
    if (text)
        text[n] = '\0';
    *ret_size = n;
    close(FD_OBJECT);
    return text;
}

static bool has_csv(const struct signature *signature)
{
    for (size_t i = 0; i < signature->n_args; i++)
        if (signature->args[i].type.kind == KIND_CSV)
            return true;
    return false;
}

/* Printable ASCII: the rest came from elsewhere. */
static void clean(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
            *text = '?';
}

/* The columns of a csv argument are known in a test only: there is nothing to prepare against. */
static int check(const struct signature *signature)
{
    struct script script;
    struct complaint complaint = {0};
    struct database database;
    size_t size = 0;
    char *text = read_text(&size);
    if (!text)
        our_failure("out of memory");
    bool good = script_read(text, size, &script, &complaint);
    if (good && !has_csv(signature)) {
        database_open(&database, signature);
        load_arguments(&database, NULL, ORDER_GIVEN);
        database_lock(&database);
        good = query_prepare(&database, &script, &complaint) != NULL;
    }
    if (!good) {
        int line, column;
        script_place(&script, complaint.at, &line, &column);
        clean(complaint.text);
        fprintf(stderr, "solution.sql:%d:%d: %s\n", line, column, complaint.text);
    }
    free(text);
    return good ? 0 : 1;
}

static _Noreturn void does_not_prepare(const struct script *script,
                                       const struct complaint *complaint)
{
    int line, column;
    script_place(script, complaint->at, &line, &column);
    fault(FAULT_SYNTAX, "SQLite", "line %d, column %d: %s", line, column, complaint->text);
}

static void run(const struct signature *signature)
{
    static struct database database;
    static struct outputs outputs;
    size_t size;
    void *frame = start_args(&size);
    struct mlj_in *in = input_read(signature, frame, size);
    outputs_prepare(signature, in, &outputs);
    database_open(&database, signature);
    load_arguments(&database, in, row_order());
    database_lock(&database);
    start_barrier();

    struct script script;
    struct complaint complaint = {0};
    char *text = read_text(&size);
    if (!text)
        fault(FAULT_MEMORY, "SQLITE_NOMEM", "out of memory");
    if (!script_read(text, size, &script, &complaint))
        does_not_prepare(&script, &complaint);
    sqlite3_stmt *statement = query_prepare(&database, &script, &complaint);
    if (!statement)
        does_not_prepare(&script, &complaint);
    query_bind(&database, statement, in);
    query_run(&database, statement, &outputs);
    outputs_write(&outputs);
    free(text);
}

int main(int argc, char **argv)
{
    static struct signature signature;
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts(sqlite3_libversion()) == EOF;
    char *json = start_signature();
    signature_read(json, &signature);
    free(json);
    if (signature.n_returns != 1 || signature.returns[0].type.kind != KIND_TABLE)
        our_failure("SQL returns one table");
    if (argc == 2 && strcmp(argv[1], "--check") == 0)
        return check(&signature);
    run(&signature);
    _exit(0);
}
