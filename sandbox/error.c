#include "sandbox/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void fill(struct error *err, int code,
                                                       const char *format, va_list args)
{
    if (!err || err->code)
        return;
    err->code = code;
    vsnprintf(err->text, sizeof err->text, format, args);
}

int error_set(struct error *err, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, code, format, args);
    va_end(args);
    return code;
}

int error_errno(struct error *err, const char *format, ...)
{
    int saved = errno;
    int code = saved > 0 ? -saved : -EIO;
    if (!err || err->code)
        return code;
    va_list args;
    va_start(args, format);
    fill(err, code, format, args);
    va_end(args);
    size_t used = strlen(err->text);
    char reason[128];
    snprintf(err->text + used, sizeof err->text - used, ": %s",
             strerror_r(-code, reason, sizeof reason));
    return code;
}

int error_at(struct error *err, int code, const char *file, int line, int column,
             const char *format, ...)
{
    if (!err || err->code)
        return code;
    va_list args;
    va_start(args, format);
    fill(err, code, format, args);
    va_end(args);
    snprintf(err->file, sizeof err->file, "%s", file ? file : "");
    err->line = line;
    err->column = column;
    return code;
}

bool error_is_shortage(int code)
{
    return code == -ENOMEM || code == -EMFILE || code == -ENFILE;
}

int error_oom(struct error *err)
{
    return error_set(err, -ENOMEM, "out of memory");
}

int error_prefix(struct error *err, int code, const char *format, ...)
{
    if (!err || !err->code)
        return code;
    char old[sizeof err->text];
    memcpy(old, err->text, sizeof old);
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", old);
    return err->code;
}

const char *error_format(const struct error *err, char *buffer, size_t size)
{
    if (err->file[0] && err->line > 0 && err->column > 0)
        snprintf(buffer, size, "%s:%d:%d: %s", err->file, err->line, err->column, err->text);
    else if (err->file[0] && err->line > 0)
        snprintf(buffer, size, "%s:%d: %s", err->file, err->line, err->text);
    else if (err->file[0])
        snprintf(buffer, size, "%s: %s", err->file, err->text);
    else
        snprintf(buffer, size, "%s", err->text);
    return buffer;
}
