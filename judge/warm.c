#include "judge/warm.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WARM_MAX_FILES 4000
#define WARM_MAX_DEPTH 5

struct warming {
    int n_files;
};

static bool is_loadable(const char *name)
{
    size_t n = strlen(name);
    return (n > 4 && strcmp(name + n - 4, ".pyc") == 0) ||
           (n > 3 && strcmp(name + n - 3, ".so") == 0);
}

static void warm_file(int dir_fd, const char *name)
{
    struct stat st;
    int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        readahead(fd, 0, (size_t)st.st_size);
    close(fd);
}

static void walk(struct warming *warming, int dir_fd, int depth)
{
    DIR *dir = fdopendir(dir_fd);
    if (!dir) {
        close(dir_fd);
        return;
    }
    for (struct dirent *entry;
         warming->n_files < WARM_MAX_FILES && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        if (entry->d_type == DT_DIR && depth < WARM_MAX_DEPTH &&
            strcmp(entry->d_name, "tests") != 0) {
            int sub =
                openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
            if (sub >= 0)
                walk(warming, sub, depth + 1);
        } else if (entry->d_type == DT_REG && is_loadable(entry->d_name)) {
            warming->n_files++;
            warm_file(dirfd(dir), entry->d_name);
        }
    }
    closedir(dir);
}

void warm_folder(const char *path)
{
    struct warming warming = {0};
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        walk(&warming, fd, 0);
}
