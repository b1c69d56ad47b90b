#include "judge/command/workspace.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Takes "//", "/./" and "NAME/.." out of an absolute path, in place; no '/' at the end, "" is the root. */
static void tidy(char *path)
{
    size_t used = 0;
    for (const char *at = path; *at;) {
        at += strspn(at, "/");
        size_t n = strcspn(at, "/");
        if (n == 2 && memcmp(at, "..", 2) == 0) {
            while (used > 0 && path[--used] != '/')
                ;
        } else if (n > 0 && !(n == 1 && at[0] == '.')) {
            path[used++] = '/';
            memmove(path + used, at, n);
            used += n;
        }
        at += n;
    }
    path[used] = '\0';
}

/* False if it is too long, or nobody knows where we are. */
static bool make_absolute(const char *file, char ret[PATH_MAX])
{
    char here[PATH_MAX];
    if (file[0] == '/')
        here[0] = '\0';
    else if (!getcwd(here, sizeof here) || here[0] != '/') /* "(unreachable)" */
        return false;
    int n = snprintf(ret, PATH_MAX, "%s/%s", here, file);
    if (n < 0 || n >= PATH_MAX)
        return false;
    tidy(ret);
    return true;
}

const char *workspace_path(const char *file, char buffer[PATH_MAX])
{
    char folder[PATH_MAX];
    const char *workspace = getenv("GITHUB_WORKSPACE");
    if (!workspace || workspace[0] != '/' || !make_absolute(workspace, folder) ||
        !make_absolute(file, buffer))
        return file;
    size_t n = strlen(folder);
    bool is_beneath = strncmp(buffer, folder, n) == 0 && buffer[n] == '/';
    return is_beneath ? buffer + n + 1 : file;
}
