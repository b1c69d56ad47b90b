/* Where our control groups lie, and files of "key number" lines (sandbox/cgroup.c).
 *
 * Input: three texts between lines "%%": /proc/self/cgroup, /proc/self/mountinfo, a keyed file.  Properties: a
 * path that is found is absolute, the same in every buffer it fits, and never climbs out of where it begins; a
 * number that is found stands behind its key. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "sandbox/cgroup.h"
#include "sandbox/util.h"
#include "tests/fuzz/fuzz.h"

/* NULL, the last, is version 2 */
static const char *const controllers[] = {"memory", "cpuacct", "pids", "cpu", "name=systemd", NULL};
static const char *const keys[] = {"usage_usec", "oom_kill", "oom", "x", ""};

static bool climbs(const char *path)
{
    size_t n = strlen(path);
    return strstr(path, "/../") || (n >= 3 && !strcmp(path + n - 3, "/.."));
}

static void check_path(int r, const char *path, size_t size)
{
    CHECK(r == 0 || r == -ENOENT || r == -ENAMETOOLONG);
    CHECK(memchr(path, 0, size));
    CHECK(r == 0 ? path[0] == '/' : path[0] == 0);
}

static void try_find(const char *self, const char *mountinfo, const char *controller)
{
    char path[2048], small[24];
    int r = cgroup_find(self, mountinfo, controller, path, sizeof path);
    check_path(r, path, sizeof path);
    CHECK(r != -ENAMETOOLONG); /* neither part is longer than 511 bytes */
    if (!strstr(mountinfo, "..") && !strchr(mountinfo, '\\'))
        CHECK(!climbs(path));
    int r_small = cgroup_find(self, mountinfo, controller, small, sizeof small);
    check_path(r_small, small, sizeof small);
    if (r == 0)
        CHECK(strlen(path) < sizeof small ? !strcmp(path, small) : r_small == -ENAMETOOLONG);
    else
        CHECK(r_small == r);

    if (!controller)
        return;
    r = cgroup_usual_path(self, controller, path, sizeof path);
    check_path(r, path, sizeof path);
    CHECK(!climbs(path));
    CHECK(r != 0 || !strncmp(path, "/sys/fs/cgroup/", 15));
}

static void try_keyed(const char *text, const char *key)
{
    int64_t n = cgroup_parse_keyed(text, key);
    CHECK(n >= -1);
    if (n >= 0) {
        char number[32];
        snprintf(number, sizeof number, "%" PRId64, n);
        CHECK(strstr(text, number));
        CHECK(strstr(text, key));
    }
    auto_free char *more = NULL;
    CHECK(asprintf(&more, "%s 5\n%s", key, text) >= 0);
    CHECK(cgroup_parse_keyed(more, key) == 5);
}

/* The text up to the next line "%%"; *at is moved behind it. */
static char *part(const char **at)
{
    const char *end = strstr(*at, "%%\n");
    size_t n = end ? (size_t)(end - *at) : strlen(*at);
    char *text = strndup(*at, n);
    CHECK(text);
    *at += end ? n + 3 : n;
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    auto_free char *all = strndup((const char *)data, size);
    CHECK(all);
    const char *at = all;
    auto_free char *self = part(&at);
    auto_free char *mountinfo = part(&at);
    auto_free char *keyed = part(&at);
    for (size_t i = 0; i < ARRAY_LEN(controllers); i++)
        try_find(self, mountinfo, controllers[i]);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        try_keyed(keyed, keys[i]);
    return 0;
}
