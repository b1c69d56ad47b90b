/* How much writable static memory a program asks for, read from its ELF headers.
 *
 * Under a control group 800 MB of .bss costs nothing until touched; so that the verdict does not
 * depend on the tier, a program whose static data alone is above the limit is told so before it runs.
 * The bytes may be a candidate's: everything is bounded. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/internal.h"
#include "sandbox/util.h"

#define MAX_SEGMENTS 256

int64_t elf_static_bytes_of(int fd)
{
    Elf64_Ehdr e;
    if (pread(fd, &e, sizeof e, 0) != sizeof e || memcmp(e.e_ident, ELFMAG, SELFMAG) ||
        e.e_ident[EI_CLASS] != ELFCLASS64 || e.e_ident[EI_DATA] != ELFDATA2LSB)
        return -1;
    if (e.e_phentsize != sizeof(Elf64_Phdr) || e.e_phnum == 0 || e.e_phnum > MAX_SEGMENTS ||
        e.e_phoff > INT64_MAX / 2)
        return -1;
    Elf64_Phdr segments[MAX_SEGMENTS];
    size_t size = e.e_phnum * sizeof(Elf64_Phdr);
    if (pread(fd, segments, size, (off_t)e.e_phoff) != (ssize_t)size)
        return -1;
    uint64_t total = 0;
    for (int i = 0; i < e.e_phnum; i++) {
        const Elf64_Phdr *p = &segments[i];
        if (!(p->p_type == PT_LOAD && (p->p_flags & PF_W)) && p->p_type != PT_TLS)
            continue;
        if (p->p_memsz > (uint64_t)INT64_MAX - total)
            return INT64_MAX;
        total += p->p_memsz;
    }
    return (int64_t)total;
}

/* Opens what argv[0] is, for the simple cases: a file of the policy by name, or a path beneath one of
 * the read-only mounts.  Whatever else it is runs under the control group's limit all the same. */
static int open_program(const struct sandbox_policy *p, bool *ret_borrowed)
{
    const char *path = p->argv[0];
    const char *name = !strncmp(path, "./", 2)      ? path + 2
                       : !strncmp(path, "/box/", 5) ? path + 5
                                                    : path;
    for (size_t i = 0; i < p->n_files; i++) {
        if (name != path && !strcmp(p->files[i].name, name)) {
            *ret_borrowed = true;
            return p->files[i].fd;
        }
    }
    *ret_borrowed = false;
    if (path[0] != '/')
        return -1;
    for (size_t i = p->n_mounts; i-- > 0;) {
        const struct sandbox_mount *m = &p->mounts[i];
        size_t n = strlen(m->target);
        if (m->kind != SANDBOX_MOUNT_READ_ONLY || strncmp(path, m->target, n) ||
            (path[n] != '/' && path[n] != 0))
            continue;
        char host[4096];
        int length = snprintf(host, sizeof host, "%s%s", m->source, path + n);
        if (length < 0 || (size_t)length >= sizeof host)
            return -1;
        return open(host, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    }
    return -1;
}

int64_t elf_static_bytes(const struct sandbox_policy *policy)
{
    bool borrowed;
    int fd = open_program(policy, &borrowed);
    if (fd < 0)
        return -1;
    int64_t bytes = elf_static_bytes_of(fd);
    if (!borrowed)
        close(fd);
    return bytes;
}
