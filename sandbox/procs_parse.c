/* The texts of /proc that tell of a process.  Names of processes are a candidate's bytes. */
#include "sandbox/procs.h"

#include <string.h>

#include "sandbox/util.h"

/* Digits at *at, moved on behind them; false if there are none or they are too many. */
static bool parse_digits(const char **at, int64_t *ret)
{
    const char *c = *at;
    int64_t n = 0;
    if (*c < '0' || *c > '9')
        return false;
    for (; *c >= '0' && *c <= '9'; c++) {
        if (n > (INT64_MAX - (*c - '0')) / 10)
            return false;
        n = n * 10 + (*c - '0');
    }
    *at = c;
    *ret = n;
    return true;
}

/* "\t    1234 kB" in bytes; leaves *ret alone if it is something else. */
static void parse_kb(const char *at, int64_t *ret)
{
    int64_t n;
    at += strspn(at, " \t");
    if (parse_digits(&at, &n) && !strncmp(at, " kB", 3) && n <= INT64_MAX / 1024)
        *ret = n * 1024;
}

/* Kernels escape newlines in the name; were one not to, what it fakes comes before the true line: the last
 * line of a name counts. */
void procs_parse_status(const char *text, struct procs_status *ret)
{
    *ret = (struct procs_status){-1, -1, -1, -1, -1, -1};
    const struct {
        const char *key;
        int64_t *value;
    } sizes[] = {
        {"RssAnon:", &ret->anon_bytes},   {"RssFile:", &ret->file_bytes},
        {"RssShmem:", &ret->shmem_bytes}, {"VmHWM:", &ret->peak_bytes},
        {"VmData:", &ret->data_bytes},
    };
    for (const char *line = text; *line;) {
        if (line[0] == 'R' || line[0] == 'V') {
            for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
                size_t n = strlen(sizes[i].key);
                if (!strncmp(line, sizes[i].key, n))
                    parse_kb(line + n, sizes[i].value);
            }
        } else if (!strncmp(line, "Threads:", 8)) {
            const char *at = line + 8 + strspn(line + 8, " \t");
            int64_t n;
            if (parse_digits(&at, &n) && n <= INT32_MAX)
                ret->n_threads = (int)n;
        }
        const char *end = strchr(line, '\n');
        if (!end)
            break;
        line = end + 1;
    }
}

/* "PID (NAME) STATE PARENT ...": NAME may hold anything, numbers follow, so the last ')' ends it. */
bool procs_parse_stat(const char *text, struct procs_stat *ret)
{
    *ret = (struct procs_stat){0};
    int64_t fields[21] = {0}; /* numbered as in proc(5), from 1 */
    const char *at = text;
    if (!parse_digits(&at, &fields[1]) || strncmp(at, " (", 2))
        return false;
    at = strrchr(at, ')');
    if (!at || at[1] != ' ' || at[2] < 'A' || at[2] > 'z' || at[3] != ' ')
        return false;
    char state = at[2];
    at += 4;
    for (int i = 4; i <= 20; i++) {
        bool negative = *at == '-'; /* of those that are used none is */
        at += negative;
        if (!parse_digits(&at, &fields[i]) || (i < 20 && *at != ' '))
            return false;
        if (negative)
            fields[i] = -fields[i];
        at += *at == ' ';
    }
    if (fields[4] < 0 || fields[4] > INT32_MAX || fields[20] < 0 || fields[20] > INT32_MAX)
        return false;
    for (int i = 14; i <= 17; i++)
        if (fields[i] < 0 || fields[i] > INT64_MAX / 2)
            return false;
    *ret = (struct procs_stat){
        .parent = (pid_t)fields[4],
        .state = state,
        .cpu_ticks = fields[14] + fields[15],
        .waited_cpu_ticks = fields[16] + fields[17],
        .n_threads = (int)fields[20],
    };
    return true;
}

pid_t procs_next_child(const char **at)
{
    int64_t pid;
    *at += strspn(*at, " \n");
    if (!parse_digits(at, &pid) || pid > INT32_MAX)
        return 0;
    return (pid_t)pid;
}
