/* The SQL harness's scanner (judge/languages/sql/script.c), against SQLite itself.
 *
 * Properties: places lie in the text; what is taken for one statement and nothing else SQLite takes for one, too; what
 * is refused for a second statement holds more than SQLite's first; a word that is found stands there. */
#include <string.h>
#include <strings.h>

#include "judge/languages/sql/sql.h"
#include "tests/fuzz/fuzz.h"

static sqlite3 *database(void)
{
    static sqlite3 *db;
    if (!db) {
        CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
        CHECK(sqlite3_exec(db, "CREATE TABLE t(a, b, \"select\")", NULL, NULL, NULL) == SQLITE_OK);
    }
    return db;
}

/* Where SQLite's first statement ends; false if it does not compile. */
static bool first_statement(const char *text, size_t size, size_t *ret)
{
    sqlite3_stmt *statement = NULL;
    const char *tail = text;
    int r = sqlite3_prepare_v2(database(), text, (int)size, &statement, &tail);
    bool good = r == SQLITE_OK && statement;
    sqlite3_finalize(statement);
    *ret = (size_t)(tail - text);
    return good;
}

static void check_place(const struct script *script, size_t at)
{
    int line = 0, column = 0;
    script_place(script, at, &line, &column);
    CHECK(line >= 1 && column >= 1);
    CHECK((size_t)line <= script->size + 1 && (size_t)column <= script->size + 1);
}

static void check_word(const struct script *script, const char *word)
{
    size_t at = script_find(script, word), n = strlen(word);
    CHECK(at >= script->begin && at < script->end);
    if (at != script->begin) {
        const char *found = script->text + at;
        found += !strncasecmp(found, word, n) ? 0 : 1;
        CHECK(at + n <= script->end && strncasecmp(found, word, n) == 0);
    }
}

static bool has_variable(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (memchr("$@#:", text[i], 4))
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct script script;
    struct complaint complaint = {0};
    size_t tail = 0;
    if (size > 1 << 14)
        return 0;
    bool good = script_read(text, size, &script, &complaint);
    CHECK(script.text == text && script.size == size);
    if (!good) {
        CHECK(complaint.at <= size && complaint.text[0]);
        CHECK(memchr(complaint.text, '\0', sizeof complaint.text));
        check_place(&script, complaint.at);
        /* $a(;) is a variable of Tcl to SQLite.  Nothing gives it a value: it is refused either way. */
        if (strstr(complaint.text, "a second statement") && !has_variable(text, size) &&
            first_statement(text, size, &tail))
            CHECK(tail <= complaint.at);
        return 0;
    }
    CHECK(script.begin < script.end && script.end <= size);
    check_place(&script, script.begin);
    check_place(&script, script.end);
    check_word(&script, "select");
    check_word(&script, "t");
    check_word(&script, "a");
    if (first_statement(text, size, &tail))
        CHECK(tail >= script.end);
    if (first_statement(text + script.begin, script.end - script.begin, &tail))
        CHECK(tail == script.end - script.begin);
    return 0;
}
