/* SQLite with everything taken away that a SELECT on the test's tables does not need.
 *
 * The box is the boundary: a candidate that broke out of SQLite would be where every C candidate is.  What is done
 * here makes the dialect one of pure functions of the input, and says in plain words what is not part of it. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sql.h"

#define VALUE_MAX_BYTES (256 << 20) /* one string or blob, and so a row */

/* In order of the alphabet, in small letters as SQLite gives them.  Left out: what reads a clock or a random number, what looks at SQLite itself, what
 * touches files, and the helpers of extensions. */
static const char functions[] =
    " -> ->> abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling char coalesce concat "
    "concat_ws cos cosh count cume_dist date datetime degrees dense_rank exp first_value "
    "floor format glob group_concat hex ifnull iif instr json json_array json_array_length "
    "json_extract json_group_array json_group_object json_insert json_object json_patch "
    "json_quote json_remove json_replace json_set json_type json_valid julianday lag "
    "last_value lead length like likelihood likely ln log log10 log2 lower ltrim max min mod "
    "nth_value ntile nullif octet_length percent_rank pi pow power printf quote radians rank "
    "replace round row_number rtrim sign sin sinh soundex sqrt strftime string_agg substr "
    "substring sum tan tanh time timediff total trim trunc typeof unhex unicode unixepoch "
    "unlikely upper zeroblob ";

static bool is_allowed_function(const char *name)
{
    char word[64];
    int n = snprintf(word, sizeof word, " %s ", name);
    return (size_t)n < sizeof word && strstr(functions, word);
}

static bool is_table_function(const char *name)
{
    return strcasecmp(name, "json_each") == 0 || strcasecmp(name, "json_tree") == 0;
}

static bool is_argument(const struct signature *signature, const char *name)
{
    for (size_t i = 0; i < signature->n_args; i++) {
        enum kind kind = signature->args[i].type.kind;
        if ((kind == KIND_TABLE || kind == KIND_CSV) &&
            strcasecmp(signature->args[i].name, name) == 0)
            return true;
    }
    return false;
}

/* SQLite's own tables, and the pragmas that it shows as tables. */
static bool is_reserved(const char *name)
{
    return strncasecmp(name, "sqlite_", 7) == 0 || strncasecmp(name, "pragma_", 7) == 0;
}

static int deny(struct database *database, const char *word, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int deny(struct database *database, const char *word, const char *format, ...)
{
    if (!database->denied[0]) {
        va_list args;
        va_start(args, format);
        vsnprintf(database->denied, sizeof database->denied, format, args);
        va_end(args);
        snprintf(database->denied_word, sizeof database->denied_word, "%s", word);
    }
    return SQLITE_DENY;
}

/* `column` is empty if the table stands in a FROM and none of its columns is read: then it may be a WITH table, whose
 * columns are never asked for. */
static int may_read(struct database *database, const char *table, const char *column)
{
    if (is_argument(database->signature, table) || is_table_function(table) ||
        (!column[0] && !is_reserved(table)))
        return SQLITE_OK;
    return deny(database, table, "the table %s may not be read", table);
}

static int authorize(void *data, int action, const char *first, const char *second,
                     const char *schema, const char *trigger)
{
    struct database *database = data;
    (void)schema;
    (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_READ: return may_read(database, first ? first : "", second ? second : "");
    case SQLITE_FUNCTION:
        if (second && is_allowed_function(second))
            return SQLITE_OK;
        return deny(database, second ? second : "", "the function %s is not available",
                    second ? second : "?");
    default:
        if (first && is_reserved(first)) /* a table of SQLite's own comes into being */
            return deny(database, "", "tables of SQLite's own may not be read");
        return deny(database, "", "only a SELECT is allowed: nothing can be changed");
    }
}

/* ---- no file system, no clock ---- */

static int no_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                   int *ret_flags)
{
    (void)vfs;
    (void)name;
    (void)flags;
    (void)ret_flags;
    file->pMethods = NULL;
    return SQLITE_CANTOPEN;
}

static int no_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_IOERR_DELETE;
}

static int no_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *ret = 0;
    return SQLITE_OK;
}

static int no_time(sqlite3_vfs *vfs, sqlite3_int64 *ret)
{
    (void)vfs;
    *ret = 0;
    return SQLITE_ERROR; /* date('now') is then NULL */
}

static void use_no_files(void)
{
    static sqlite3_vfs vfs;
    sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
    assert(usual); /* SQLite was initialized */
    vfs = *usual;
    vfs.pNext = NULL;
    vfs.zName = "nothing";
    vfs.xOpen = no_open;
    vfs.xDelete = no_delete;
    vfs.xAccess = no_access;
    vfs.xCurrentTimeInt64 = no_time;
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        our_failure("SQLite does not take another file system");
}

/* ---- opening ---- */

static void set_limits(sqlite3 *db)
{
    static const struct {
        int what, limit;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, VALUE_MAX_BYTES},
        {SQLITE_LIMIT_SQL_LENGTH, SQL_TEXT_MAX},
        {SQLITE_LIMIT_COLUMN, 2000},
        {SQLITE_LIMIT_EXPR_DEPTH, 1000},
        {SQLITE_LIMIT_COMPOUND_SELECT, 500},
        {SQLITE_LIMIT_VDBE_OP, 5000000},
        {SQLITE_LIMIT_FUNCTION_ARG, 127},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 4096},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(db, limits[i].what, limits[i].limit);
}

void database_run(struct database *database, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *sql = sqlite3_vmprintf(format, args);
    va_end(args);
    char *said = NULL;
    if (!sql)
        our_failure("out of memory");
    if (sqlite3_exec(database->db, sql, NULL, NULL, &said) != SQLITE_OK)
        our_failure("SQLite on '%.120s': %.100s", sql, said ? said : "?");
    sqlite3_free(sql);
}

void database_open(struct database *database, const struct signature *signature)
{
    *database = (struct database){.signature = signature};
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_URI, 0);
    if (sqlite3_initialize() != SQLITE_OK)
        our_failure("SQLite does not start");
    use_no_files();
    if (sqlite3_open_v2(":memory:", &database->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY,
                        NULL) != SQLITE_OK)
        our_failure("SQLite does not open a database in memory");
    set_limits(database->db);
    database_run(database, "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF;"
                           "PRAGMA journal_mode=OFF; PRAGMA foreign_keys=OFF");
}

void database_lock(struct database *database)
{
    static const struct {
        int what, value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    };
    static const char *keep[] = {"json_each", "json_tree", NULL};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (sqlite3_db_config(database->db, settings[i].what, settings[i].value, (int *)NULL) !=
            SQLITE_OK)
            our_failure("SQLite does not know setting %d", settings[i].what);
    /* They come into being when they are first asked for, and that is a write. */
    database_run(database, "SELECT 1 FROM json_each('1'), json_tree('1')");
    database_run(database, "PRAGMA query_only=ON");
    sqlite3_drop_modules(database->db, keep);
    sqlite3_set_authorizer(database->db, authorize, database);
}
