/* What a supervisor may have left on the machine, beside processes and directories (box_fixture.h). */
#ifndef MLJUDGE_TEST_LEFTOVERS_H
#define MLJUDGE_TEST_LEFTOVERS_H

#include "box_fixture.h"
#include "sandbox/cgroup.h"

/* How many groups of the supervisor `pid`, which has this tier, there are. */
static inline int count_groups(enum sandbox_tier tier, pid_t pid)
{
    struct cgroup_root root;
    struct error err = ERROR_INIT;
    if (tier != SANDBOX_TIER_FULL)
        return 0;
    if (cgroup_root_open(&root, &err) < 0)
        fail_msg("%s", err.text);
    char mine[32];
    snprintf(mine, sizeof mine, CGROUP_NAME_PREFIX "%d.", pid);
    int n = 0;
    for (int i = 0; i < root.n_dirs; i++) {
        DIR *dir = opendir(root.paths[i]);
        assert_non_null(dir);
        for (struct dirent *e; (e = readdir(dir));)
            n += !strncmp(e->d_name, mine, strlen(mine));
        closedir(dir);
    }
    cgroup_root_close(&root);
    return n;
}

#endif
