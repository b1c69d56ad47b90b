/* Keys that reports are signed with: Ed25519 (RFC 8032), by libsodium.
 *
 * A key file holds one line, "mljudge-secret-key-1 " and the seed as 64 hexadecimal digits; beside it FILE.pub holds
 * "mljudge-public-key-1 " and the public key as 64. */
#ifndef MLJUDGE_REPORT_KEY_H
#define MLJUDGE_REPORT_KEY_H

#include <sodium.h>
#include <stdbool.h>

#include "sandbox/error.h"

#define REPORT_KEY_HEX (2 * crypto_sign_PUBLICKEYBYTES + 1)

struct report_key {
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
    bool open_to_others; /* the file may be read by others than its owner */
};

/* Makes a pair: FILE (0600) and FILE.pub.  Nothing that is there is overwritten: -EEXIST. */
int report_key_make(const char *path, char public_hex[REPORT_KEY_HEX], struct error *err);

/* report_key_forget() it. */
int report_key_read(const char *path, struct report_key *ret, struct error *err);
void report_key_forget(struct report_key *key);

/* A public key: 64 hexadecimal digits, or the path of a FILE.pub. */
int report_public_key(const char *text, unsigned char ret[crypto_sign_PUBLICKEYBYTES],
                      struct error *err);

#endif
