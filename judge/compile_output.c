#include "judge/compile_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

/* The file a line speaks of: what stands before its first ':'; 0 if it speaks of none (a quoted line, a note). */
static size_t file_of(const char *line, size_t n)
{
    const char *colon = memchr(line, ':', n);
    if (!colon || line[0] == ' ' || line[0] == '\t')
        return 0;
    return (size_t)(colon - line);
}

static bool is_tool(const char *file, size_t n)
{
    static const char ld[] = "/ld";
    bool bare = !memchr(file, '/', n) && !memchr(file, '.', n);
    return bare || file[0] == '<' ||
           (n >= strlen(ld) && memcmp(file + n - strlen(ld), ld, strlen(ld)) == 0);
}

static bool is_own(const char *file, size_t n, const char *const *names, size_t n_names)
{
    static const char shipped[] = "/harness/";
    if (n > 2 && file[0] == '.' && file[1] == '/') {
        file += 2;
        n -= 2;
    }
    for (size_t i = 0; i < n_names; i++)
        if (strlen(names[i]) == n && memcmp(names[i], file, n) == 0)
            return true;
    return n > strlen(shipped) && memcmp(file, shipped, strlen(shipped)) == 0 &&
           !memmem(file, n, "..", 2);
}

/* "In file included from X:1:" and the lines that go on with "from": paths only. */
static bool is_trail(const char *line, size_t n)
{
    static const char begin[] = "In file included from ";
    size_t blanks = 0;
    while (blanks < n && line[blanks] == ' ')
        blanks++;
    return (n >= strlen(begin) && memcmp(line, begin, strlen(begin)) == 0) ||
           (blanks > 0 && n - blanks >= 5 && memcmp(line + blanks, "from ", 5) == 0);
}

/* Puts a sentence in place of what was left out, once there is room for it. */
static size_t say_left_out(char *text, size_t used, size_t at, const char *file, size_t *n)
{
    static const char sentence[] = ": not shown: not your file\n";
    if (*n == 0 || at - used < *n + strlen(sentence))
        return used;
    memmove(text + used, file, *n);
    memcpy(text + used + *n, sentence, strlen(sentence));
    used += *n + strlen(sentence);
    *n = 0;
    return used;
}

size_t compile_output_own(char *text, size_t n, const char *const *names, size_t n_names)
{
    size_t used = 0;
    bool show = true;
    const char *left_out =
        NULL; /* the file whose messages are; lies where nothing is written yet */
    size_t left_out_n = 0;
    for (size_t at = 0; at < n;) {
        const char *line = text + at;
        const char *newline = memchr(line, '\n', n - at);
        size_t length = newline ? (size_t)(newline - line) + 1 : n - at;
        size_t file = file_of(line, length);
        bool trail = is_trail(line, length);
        at += length;
        if (file > 0 && !trail) {
            bool was = show;
            show = is_own(line, file, names, n_names) || is_tool(line, file);
            if (was && !show) {
                left_out = line;
                left_out_n = file;
            }
        }
        if (show || trail) {
            left_out_n = 0; /* too short to be replaced */
            memmove(text + used, line, length);
            used += length;
        } else {
            used = say_left_out(text, used, at, left_out, &left_out_n);
        }
    }
    text[used] = '\0';
    return used;
}

/* A number and the ':' behind it; 0 if there is none. */
static int take_number(const char **at, const char *end)
{
    enum { DIGITS_MAX = 7 };
    int number = 0;
    const char *p = *at;
    for (; p < end && *p >= '0' && *p <= '9' && p - *at < DIGITS_MAX; p++)
        number = 10 * number + (*p - '0');
    if (p == *at || p == end || *p != ':')
        return 0;
    *at = p + 1;
    return number;
}

static const char *take_severity(const char **at, const char *end)
{
    static const struct {
        const char *said, *severity;
    } words[] = {{"error: ", "error"},
                 {"fatal error: ", "error"},
                 {"warning: ", "warning"},
                 {"note: ", "note"}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t length = strlen(words[i].said);
        if ((size_t)(end - *at) >= length && memcmp(*at, words[i].said, length) == 0) {
            *at += length;
            return words[i].severity;
        }
    }
    return "error";
}

/* How many bytes of the line are the submission's name in the box; 0 = it does not begin with that. */
static size_t source_name(const char *text, size_t n)
{
    static const char stem[] = "solution.";
    size_t file = n >= strlen(stem) && memcmp(text, stem, strlen(stem)) == 0 ? file_of(text, n) : 0;
    return file > 0 && !memchr(text, '/', file) ? file : 0;
}

/* Nothing that could be taken for another line or another field. */
static bool is_plain_name(const char *file)
{
    for (const char *p = file; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == ':')
            return false;
    return file[0] != '\0';
}

char *compile_output_named(const char *text, size_t n, const char *file, size_t *ret_n)
{
    bool named = is_plain_name(file);
    FILE *to;
    char *ret = NULL;
    *ret_n = 0;
    to = open_memstream(&ret, ret_n);
    if (!to)
        return NULL;
    for (size_t at = 0; at < n;) {
        const char *newline = memchr(text + at, '\n', n - at);
        size_t length = newline ? (size_t)(newline - (text + at)) + 1 : n - at;
        size_t name = named ? source_name(text + at, length) : 0;
        if (name > 0)
            fputs(file, to);
        fwrite(text + at + name, 1, length - name, to);
        at += length;
    }
    if (fclose(to) == 0)
        return ret;
    free(ret);
    return NULL;
}

bool compile_output_diagnostic(const char *text, size_t n, struct compile_diagnostic *ret)
{
    const char *end = text + n;
    size_t file = source_name(text, n);
    if (file == 0)
        return false;
    const char *at = text + file + 1;
    *ret = (struct compile_diagnostic){.line = take_number(&at, end)};
    if (ret->line == 0)
        return false;
    ret->column = take_number(&at, end);
    while (at < end && *at == ' ')
        at++;
    ret->severity = take_severity(&at, end);
    ret->message = at;
    ret->n_message = (size_t)(end - at);
    return ret->n_message > 0;
}
