#include "judge/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/hole.h"
#include "sandbox/util.h"

#define TREE_MAX_DEPTH      16
#define TREE_MAX_FILE_BYTES ((size_t)256 << 20)

static int open_beneath(int dir_fd, const char *path, uint64_t flags)
{
    struct open_how how = {
        .flags = flags | O_CLOEXEC | O_NOCTTY,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, dir_fd, path, &how, sizeof how);
}

int file_open_beneath(int dir_fd, const char *path, struct error *err)
{
    auto_fd int fd = open_beneath(dir_fd, path, O_RDONLY | O_NONBLOCK);
    if (fd < 0)
        return error_errno(err, "open '%s'", path);
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(err, "stat '%s'", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "'%s' is not a regular file", path);
    return steal_fd(&fd);
}

int dir_open_beneath(int dir_fd, const char *path, struct error *err)
{
    int fd = open_beneath(dir_fd, path, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return error_errno(err, "open folder '%s'", path);
    return fd;
}

int file_read(int fd, size_t max_bytes, char **ret, size_t *ret_size, struct error *err)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(err, "stat");
    size_t capacity = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size : 4096;
    if (S_ISREG(st.st_mode) && capacity > max_bytes && st.st_size > 0)
        return error_set(err, -EFBIG, "%zu bytes where at most %zu are allowed", capacity,
                         max_bytes);
    auto_free char *bytes = malloc(capacity + 1);
    if (!bytes)
        return error_oom(err);
    size_t size = 0;
    for (;;) {
        if (size == capacity) {
            if (capacity > max_bytes)
                return error_set(err, -EFBIG, "more than %zu bytes", max_bytes);
            capacity = 2 * capacity;
            char *grown = realloc(bytes, capacity + 1);
            if (!grown)
                return error_oom(err);
            bytes = grown;
        }
        ssize_t n = read(fd, bytes + size, capacity - size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "read");
        if (n == 0)
            break;
        size += (size_t)n;
        if (size > max_bytes)
            return error_set(err, -EFBIG, "more than %zu bytes", max_bytes);
    }
    bytes[size] = '\0';
    *ret_size = size;
    *ret = steal(&bytes);
    return 0;
}

int file_read_beneath(int dir_fd, const char *path, size_t max_bytes, char **ret, size_t *ret_size,
                      struct error *err)
{
    auto_fd int fd = file_open_beneath(dir_fd, path, err);
    if (fd < 0)
        return fd;
    int r = file_read(fd, max_bytes, ret, ret_size, err);
    return r < 0 ? error_prefix(err, r, "'%s'", path) : 0;
}

int fd_write_all(int fd, const void *bytes, size_t size, struct error *err)
{
    const char *p = bytes;
    while (size > 0) {
        ssize_t n = write(fd, p, size < ((size_t)1 << 30) ? size : (size_t)1 << 30);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, "write");
        p += n;
        size -= (size_t)n;
    }
    return 0;
}

int memfd_empty(const char *name, struct error *err)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd < 0 ? error_errno(err, "memfd_create") : fd;
}

int memfd_seal(int fd, struct error *err)
{
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
        return error_errno(err, "seal a memory file");
    return 0;
}

int memfd_sealed(const char *name, const void *bytes, size_t size, struct error *err)
{
    auto_fd int fd = memfd_empty(name, err);
    if (fd < 0)
        return fd;
    int r = fd_write_all(fd, bytes, size, err);
    if (r < 0)
        return r;
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    if (!hole("sealed-inputs") && fcntl(fd, F_ADD_SEALS, seals) < 0)
        return error_errno(err, "seal a memory file");
    return steal_fd(&fd);
}

int mapping_open(struct mapping *mapping, int fd, size_t max_bytes, struct error *err)
{
    *mapping = (struct mapping){0};
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(err, "stat");
    if (st.st_size < 0 || (size_t)st.st_size > max_bytes)
        return error_set(err, -EFBIG, "%lld bytes where at most %zu are allowed",
                         (long long)st.st_size, max_bytes);
    if (st.st_size == 0)
        return 0;
    void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED)
        return error_errno(err, "map");
    *mapping =
        (struct mapping){.bytes = bytes, .size = (size_t)st.st_size, .mapped = (size_t)st.st_size};
    return 0;
}

void mapping_forget(const struct mapping *mapping, const void *bytes, size_t size)
{
    if (!mapping->bytes || size == 0)
        return;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = (uintptr_t)bytes / page * page;
    uintptr_t to = ((uintptr_t)bytes + size + page - 1) / page * page;
    madvise((void *)from, to - from, MADV_DONTNEED); /* where it cannot, memory stays in use */
}

void mapping_done(struct mapping *mapping)
{
    if (mapping->bytes)
        munmap((void *)(uintptr_t)mapping->bytes, mapping->mapped);
    *mapping = (struct mapping){0};
}

static int by_version(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

void names_free(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

int dir_names(int dir_fd, char ***ret, size_t *ret_n, struct error *err)
{
    int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0)
        return error_errno(err, "open folder");
    DIR *dir = fdopendir(copy);
    if (!dir) {
        int r = error_errno(err, "read folder");
        close(copy);
        return r;
    }
    char **names = NULL;
    size_t n = 0;
    size_t capacity = 0;
    int r = 0;
    for (struct dirent *entry; r == 0 && (entry = readdir(dir)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (n == capacity) {
            capacity = capacity ? 2 * capacity : 32;
            char **grown = realloc(names, capacity * sizeof *names);
            if (!grown) {
                r = error_oom(err);
                break;
            }
            names = grown;
        }
        names[n] = strdup(entry->d_name);
        if (!names[n])
            r = error_oom(err);
        else
            n++;
    }
    closedir(dir);
    if (r < 0) {
        names_free(names, n);
        return r;
    }
    if (n > 0)
        qsort(names, n, sizeof *names, by_version);
    *ret = names;
    *ret_n = n;
    return 0;
}

void sha256_hex(const void *bytes, size_t size, char hex[SHA256_HEX])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, bytes, size);
    sodium_bin2hex(hex, SHA256_HEX, digest, sizeof digest);
}

static int hash_folder(crypto_hash_sha256_state *state, int dir_fd, const char *prefix, int depth,
                       struct error *err);

static int hash_entry(crypto_hash_sha256_state *state, int dir_fd, const char *prefix,
                      const char *name, int depth, struct error *err)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s%s", prefix, name) >= (int)sizeof path - 1)
        return error_set(err, -ENAMETOOLONG, "a path in the folder is too long");
    struct stat st;
    if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return error_errno(err, "stat '%s'", path);
    if (S_ISDIR(st.st_mode)) {
        if (depth >= TREE_MAX_DEPTH)
            return error_set(err, -ELOOP, "'%s': folders nested too deeply", path);
        auto_fd int sub = dir_open_beneath(dir_fd, name, err);
        if (sub < 0)
            return sub;
        size_t used = strlen(path);
        path[used] = '/';
        path[used + 1] = '\0';
        return hash_folder(state, sub, path, depth + 1, err);
    }
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL,
                         "'%s' is neither a file nor a folder (links are not followed)", path);
    auto_free char *bytes = NULL;
    size_t size = 0;
    int r = file_read_beneath(dir_fd, name, TREE_MAX_FILE_BYTES, &bytes, &size, err);
    if (r < 0)
        return r;
    uint64_t lengths[2] = {strlen(path), size};
    crypto_hash_sha256_update(state, (const unsigned char *)lengths, sizeof lengths);
    crypto_hash_sha256_update(state, (const unsigned char *)path, lengths[0]);
    crypto_hash_sha256_update(state, (const unsigned char *)bytes, size);
    return 0;
}

static int hash_folder(crypto_hash_sha256_state *state, int dir_fd, const char *prefix, int depth,
                       struct error *err)
{
    char **names = NULL;
    size_t n = 0;
    int r = dir_names(dir_fd, &names, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (names[i][0] == '.' || strcmp(names[i], "__pycache__") == 0)
            continue;
        r = hash_entry(state, dir_fd, prefix, names[i], depth, err);
    }
    names_free(names, n);
    return r;
}

int sha256_tree(int dir_fd, char hex[SHA256_HEX], struct error *err)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    int r = hash_folder(&state, dir_fd, "", 0, err);
    if (r < 0)
        return r;
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(hex, SHA256_HEX, digest, sizeof digest);
    return 0;
}
