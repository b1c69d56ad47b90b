/* moby's seccomp profile (JSON) as the BPF program that runc would load on this machine.
 *
 * The format: rules of names, action, errnoRet and args; `includes` and `excludes` make a rule depend on
 * the architecture (Go's name for it), on capabilities the container has and on the kernel's version. */
#include <errno.h>
#include <jansson.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "launch.h"

#if defined(__x86_64__)
#define GO_ARCH      "amd64"
#define SCMP_NAME    "SCMP_ARCH_X86_64"
#define NATIVE_AUDIT AUDIT_ARCH_X86_64
#define FOREIGN_BIT  0x40000000U /* x32 calls come with the same architecture */
#elif defined(__aarch64__)
#define GO_ARCH      "arm64"
#define SCMP_NAME    "SCMP_ARCH_AARCH64"
#define NATIVE_AUDIT AUDIT_ARCH_AARCH64
#define FOREIGN_BIT  0x40000000U
#else
#error "which architecture is this in moby's profile?"
#endif

static const char *const landlock_calls[] = {"landlock_create_ruleset", "landlock_add_rule",
                                             "landlock_restrict_self"};
#define N_LANDLOCK (sizeof landlock_calls / sizeof *landlock_calls)

struct evaluation {
    scmp_filter_ctx context;
    bool without_landlock;
    int highest; /* native number of any call that has a rule */
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    errno = 0;
    if (!text)
        die("the profile: \"%s\" is missing or no string", key);
    return text;
}

/* ---- conditions ---- */

static bool has_string(const json_t *array, const char *wanted)
{
    size_t i;
    json_t *value;
    json_array_foreach(array, i,
                       value) if (json_is_string(value) &&
                                  strcmp(json_string_value(value), wanted) == 0) return true;
    return false;
}

static bool container_has(const char *name)
{
    for (size_t i = 0; i < N_CAPABILITIES; i++)
        if (strcmp(capabilities[i].name, name) == 0)
            return true;
    return false;
}

static bool kernel_is_at_least(const char *wanted)
{
    struct utsname system;
    int major = 0, minor = 0, want_major = 0, want_minor = 0;
    errno = 0;
    if (uname(&system) != 0 || sscanf(system.release, "%d.%d", &major, &minor) != 2)
        die("the kernel's release");
    if (sscanf(wanted, "%d.%d", &want_major, &want_minor) != 2)
        die("the profile: minKernel \"%s\"", wanted);
    return major > want_major || (major == want_major && minor >= want_minor);
}

/* A condition that is not understood must not be passed over in silence. */
static void check_keys(const json_t *object, const char *const known[])
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        size_t i = 0;
        while (known[i] && strcmp(known[i], key) != 0)
            i++;
        errno = 0;
        if (!known[i])
            die("the profile: \"%s\" is not understood", key);
    }
}

static bool applies(const json_t *rule)
{
    static const char *const known[] = {"arches", "caps", "minKernel", NULL};
    const json_t *includes = json_object_get(rule, "includes");
    const json_t *excludes = json_object_get(rule, "excludes");
    size_t i;
    json_t *cap;

    check_keys(includes, known);
    check_keys(excludes, known);
    const json_t *arches = json_object_get(includes, "arches");
    if (json_array_size(arches) > 0 && !has_string(arches, GO_ARCH))
        return false;
    json_array_foreach(json_object_get(includes, "caps"), i,
                       cap) if (!container_has(json_string_value(cap))) return false;
    const char *kernel = json_string_value(json_object_get(includes, "minKernel"));
    if (kernel && kernel[0] && !kernel_is_at_least(kernel))
        return false;

    if (has_string(json_object_get(excludes, "arches"), GO_ARCH))
        return false;
    json_array_foreach(json_object_get(excludes, "caps"), i,
                       cap) if (container_has(json_string_value(cap))) return false;
    kernel = json_string_value(json_object_get(excludes, "minKernel"));
    return !(kernel && kernel[0] && kernel_is_at_least(kernel));
}

/* ---- rules ---- */

static uint32_t action_named(const char *name, unsigned error)
{
    static const struct {
        const char *name;
        uint32_t action;
    } table[] = {{"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
                 {"SCMP_ACT_KILL", SCMP_ACT_KILL},
                 {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
                 {"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
                 {"SCMP_ACT_LOG", SCMP_ACT_LOG}};
    if (strcmp(name, "SCMP_ACT_ERRNO") == 0)
        return SCMP_ACT_ERRNO(error & 0xffff);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].action;
    errno = 0;
    die("the profile: action \"%s\" is not understood", name);
}

static unsigned errno_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? (unsigned)json_integer_value(value) : EPERM;
}

static struct scmp_arg_cmp comparison_of(const json_t *arg)
{
    static const struct {
        const char *name;
        enum scmp_compare op;
    } table[] = {{"SCMP_CMP_NE", SCMP_CMP_NE},
                 {"SCMP_CMP_LT", SCMP_CMP_LT},
                 {"SCMP_CMP_LE", SCMP_CMP_LE},
                 {"SCMP_CMP_EQ", SCMP_CMP_EQ},
                 {"SCMP_CMP_GE", SCMP_CMP_GE},
                 {"SCMP_CMP_GT", SCMP_CMP_GT},
                 {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ}};
    const char *op = text_of(arg, "op");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].name, op) != 0)
            continue;
        return (struct scmp_arg_cmp){
            .arg = (unsigned)json_integer_value(json_object_get(arg, "index")),
            .op = table[i].op,
            .datum_a = (scmp_datum_t)json_integer_value(json_object_get(arg, "value")),
            .datum_b = (scmp_datum_t)json_integer_value(json_object_get(arg, "valueTwo")),
        };
    }
    errno = 0;
    die("the profile: comparison \"%s\" is not understood", op);
}

static void add(struct evaluation *evaluation, uint32_t action, const char *name, unsigned n_args,
                const struct scmp_arg_cmp *args)
{
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR)
        return; /* newer than this libseccomp: runc leaves it out, too */
    int r = seccomp_rule_add_array(evaluation->context, action, number, n_args, args);
    if (r != 0 && r != -EEXIST) {
        errno = -r;
        die("the rule for %s", name);
    }
    if (number > evaluation->highest)
        evaluation->highest = number;
}

/* Conditions on different arguments hold together; on the same one, any of them (as runc has it). */
static void add_rule(struct evaluation *evaluation, const json_t *rule, const char *name)
{
    uint32_t action = action_named(text_of(rule, "action"), errno_of(rule, "errnoRet"));
    struct scmp_arg_cmp args[6];
    unsigned n_args = 0;
    bool seen[6] = {false}, alternatives = false;
    size_t i;
    json_t *arg;

    for (i = 0; evaluation->without_landlock && i < N_LANDLOCK; i++)
        if (strcmp(landlock_calls[i], name) == 0)
            action = SCMP_ACT_ERRNO(ENOSYS);
    json_array_foreach(json_object_get(rule, "args"), i, arg)
    {
        struct scmp_arg_cmp comparison = comparison_of(arg);
        errno = 0;
        if (n_args == 6 || comparison.arg > 5)
            die("the profile: the arguments of %s", name);
        alternatives |= seen[comparison.arg];
        seen[comparison.arg] = true;
        args[n_args++] = comparison;
    }
    if (!alternatives) {
        add(evaluation, action, name, n_args, args);
        return;
    }
    for (i = 0; i < n_args; i++)
        add(evaluation, action, name, 1, &args[i]);
}

static void add_architectures(scmp_filter_ctx context, const json_t *map)
{
    size_t i, k;
    json_t *entry, *sub;
    json_array_foreach(map, i, entry)
    {
        if (strcmp(text_of(entry, "architecture"), SCMP_NAME) != 0)
            continue;
        json_array_foreach(json_object_get(entry, "subArchitectures"), k, sub)
        {
            char name[32];
            const char *long_name = json_string_value(sub);
            errno = 0;
            if (!long_name || strncmp(long_name, "SCMP_ARCH_", 10) != 0)
                die("the profile: an architecture");
            snprintf(name, sizeof name, "%s", long_name + 10);
            for (char *c = name; *c; c++)
                *c |= 0x20; /* libseccomp's names are in lower case */
            int r = seccomp_arch_add(context, seccomp_arch_resolve_name(name));
            if (r != 0 && r != -EEXIST) {
                errno = -r;
                die("the architecture %s", name);
            }
        }
    }
}

/* ---- the program ---- */

/* What runc puts before the program: a native call newer than all the profile names is ENOSYS. */
static size_t put_newer_calls(struct sock_filter *code, int highest)
{
    const struct sock_filter stub[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_AUDIT, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FOREIGN_BIT, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (uint32_t)highest, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    };
    memcpy(code, stub, sizeof stub);
    return sizeof stub / sizeof *stub;
}

static struct sock_fprog export_program(const struct evaluation *evaluation)
{
    int fd = memfd_create("profile", MFD_CLOEXEC);
    if (fd < 0)
        die("memfd_create");
    int r = seccomp_export_bpf(evaluation->context, fd);
    if (r != 0) {
        errno = -r;
        die("seccomp_export_bpf");
    }
    off_t bytes = lseek(fd, 0, SEEK_END);
    struct sock_filter *code = calloc(BPF_MAXINSNS, sizeof *code);
    if (!code || bytes < 0)
        die("the filter");
    size_t n = put_newer_calls(code, evaluation->highest);
    errno = 0;
    if ((size_t)bytes > (BPF_MAXINSNS - n) * sizeof *code)
        die("the filter is too long");
    if (pread(fd, code + n, (size_t)bytes, 0) != bytes)
        die("the filter");
    close(fd);
    n += (size_t)bytes / sizeof *code;
    return (struct sock_fprog){.len = (unsigned short)n, .filter = code};
}

struct sock_fprog profile_compile(const char *path, bool without_landlock)
{
    static const char *const known[] = {"names",   "name",     "action",   "errnoRet", "args",
                                        "comment", "includes", "excludes", NULL};
    json_error_t error;
    json_t *profile = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    errno = 0;
    if (!profile)
        die("%s:%d: %s", path, error.line, error.text);

    struct evaluation evaluation = {.without_landlock = without_landlock, .highest = -1};
    uint32_t standard =
        action_named(text_of(profile, "defaultAction"), errno_of(profile, "defaultErrnoRet"));
    evaluation.context = seccomp_init(standard);
    if (!evaluation.context)
        die("seccomp_init");
    add_architectures(evaluation.context, json_object_get(profile, "archMap"));

    size_t i, k;
    json_t *rule, *name;
    json_array_foreach(json_object_get(profile, "syscalls"), i, rule)
    {
        check_keys(rule, known);
        if (!applies(rule))
            continue;
        if (json_object_get(rule, "name"))
            add_rule(&evaluation, rule, text_of(rule, "name"));
        json_array_foreach(json_object_get(rule, "names"), k, name)
            add_rule(&evaluation, rule, json_string_value(name));
    }
    errno = 0;
    if (evaluation.highest < 0)
        die("%s: no rule applies here", path);
    struct sock_fprog program = export_program(&evaluation);
    seccomp_release(evaluation.context);
    json_decref(profile);
    return program;
}
