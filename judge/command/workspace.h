/* A submitted file's path as the host of a CI job wants to know it. */
#ifndef MLJUDGE_COMMAND_WORKSPACE_H
#define MLJUDGE_COMMAND_WORKSPACE_H

#include <limits.h>

/* `file` relative to the folder GITHUB_WORKSPACE, if that is set and the file lies beneath it; else `file` itself.  By
 * their names alone: no link is followed.  The result may be in `buffer`. */
const char *workspace_path(const char *file, char buffer[PATH_MAX]);

#endif
