/* A temporary folder with files in it, for tests of what reads packages and caches. */
#ifndef MLJUDGE_TEMP_FOLDER_H
#define MLJUDGE_TEMP_FOLDER_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static inline const char *temp_make(char path[64])
{
    snprintf(path, 64, "/tmp/unit-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

/* Makes the folders of the path, too. */
static inline void temp_write(const char *folder, const char *name, const void *bytes, size_t size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *p = path + strlen(folder) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        mkdir(path, 0755);
        *p = '/';
    }
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void temp_text(const char *folder, const char *name, const char *text)
{
    temp_write(folder, name, text, strlen(text));
}

static inline int temp_unlink(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static inline void temp_remove(const char *folder)
{
    assert_int_equal(nftw(folder, temp_unlink, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline int temp_open(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

#endif
