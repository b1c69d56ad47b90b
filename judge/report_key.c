#include "judge/report_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/files.h"
#include "sandbox/util.h"

#define SECRET_WORD  "mljudge-secret-key-1 "
#define PUBLIC_WORD  "mljudge-public-key-1 "
#define FILE_MAX     ((size_t)1024)
#define PATH_LONGEST 4000
#define HEX_DIGITS   64

static int start_sodium(struct error *err)
{
    return sodium_init() < 0 ? error_set(err, -EIO, "libsodium does not start") : 0;
}

/* ---- making ---- */

static int write_new(const char *path, mode_t mode, const char *word, const char *hex,
                     struct error *err)
{
    char line[128];
    int n = snprintf(line, sizeof line, "%s%s\n", word, hex);
    auto_fd int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0)
        return errno == EEXIST
                   ? error_set(err, -EEXIST, "'%s' is there already and is not overwritten", path)
                   : error_errno(err, "'%s'", path);
    int r = fd_write_all(fd, line, (size_t)n, err);
    sodium_memzero(line, sizeof line);
    if (r == 0 && fsync(fd) < 0)
        r = error_errno(err, "'%s'", path);
    if (r < 0)
        unlink(path);
    return r;
}

int report_key_make(const char *path, char public_hex[REPORT_KEY_HEX], struct error *err)
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    struct report_key key;
    char hex[2 * sizeof seed + 1], public_path[PATH_LONGEST + 8];
    struct stat st;
    if (strlen(path) > PATH_LONGEST)
        return error_set(err, -ENAMETOOLONG, "the path of the key is too long");
    snprintf(public_path, sizeof public_path, "%s.pub", path);
    if (lstat(public_path, &st) == 0)
        return error_set(err, -EEXIST, "'%s' is there already and is not overwritten", public_path);
    int r = start_sodium(err);
    if (r < 0)
        return r;
    randombytes_buf(seed, sizeof seed);
    crypto_sign_seed_keypair(key.public_key, key.secret_key, seed);
    sodium_bin2hex(hex, sizeof hex, seed, sizeof seed);
    sodium_bin2hex(public_hex, REPORT_KEY_HEX, key.public_key, sizeof key.public_key);
    r = write_new(path, 0600, SECRET_WORD, hex, err);
    if (r == 0) {
        r = write_new(public_path, 0644, PUBLIC_WORD, public_hex, err);
        if (r < 0)
            unlink(path);
    }
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(hex, sizeof hex);
    report_key_forget(&key);
    return r;
}

/* ---- reading ---- */

static bool from_hex(const char *text, unsigned char *ret, size_t size)
{
    size_t n = 0;
    const char *end = NULL;
    return strlen(text) == 2 * size &&
           sodium_hex2bin(ret, size, text, 2 * size, NULL, &n, &end) == 0 && n == size;
}

/* The one line of a key file, its word taken off: 32 bytes. */
static int read_line(const char *path, const char *word, unsigned char ret[32],
                     bool *ret_open_to_others, struct error *err)
{
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_errno(err, "key '%s'", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, -EINVAL, "key '%s' is not a regular file", path);
    *ret_open_to_others = (st.st_mode & 077) != 0;
    char *text = NULL;
    size_t size = 0;
    int r = file_read(fd, FILE_MAX, &text, &size, err);
    if (r < 0)
        return error_prefix(err, r, "key '%s'", path);
    char *line = text;
    line[strcspn(line, "\r\n")] = '\0';
    bool sound = strncmp(line, word, strlen(word)) == 0 && from_hex(line + strlen(word), ret, 32);
    sodium_memzero(text, size);
    free(text);
    return sound ? 0
                 : error_at(err, -EINVAL, path, 1, 1,
                            "no key: the line must be \"%s\" and %d hexadecimal digits "
                            "(mljudge report keygen makes one)",
                            word, HEX_DIGITS);
}

int report_key_read(const char *path, struct report_key *ret, struct error *err)
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    int r = start_sodium(err);
    if (r == 0)
        r = read_line(path, SECRET_WORD, seed, &ret->open_to_others, err);
    if (r == 0)
        crypto_sign_seed_keypair(ret->public_key, ret->secret_key, seed);
    sodium_memzero(seed, sizeof seed);
    return r;
}

void report_key_forget(struct report_key *key)
{
    sodium_memzero(key, sizeof *key);
}

int report_public_key(const char *text, unsigned char ret[crypto_sign_PUBLICKEYBYTES],
                      struct error *err)
{
    bool open_to_others = false;
    int r = start_sodium(err);
    if (r < 0 || from_hex(text, ret, crypto_sign_PUBLICKEYBYTES))
        return r;
    return read_line(text, PUBLIC_WORD, ret, &open_to_others, err);
}
