/* Languages are data: judge/languages/NAME.json says how to find the tools, what a box of theirs shows, and how
 * submissions are compiled and run.  README.md in judge/languages has the keys.
 *
 * A probe finds the interpreter or compiler on this machine once (cached): the first program of that name in PATH
 * that has what the language needs. */
#ifndef MLJUDGE_LANGUAGE_H
#define MLJUDGE_LANGUAGE_H

#include <stdbool.h>

#include "judge/cache.h"
#include "judge/codegen.h"
#include "judge/document.h"
#include "judge/problem.h"
#include "sandbox/sandbox.h"

/* Where our own data lies: beside the executable (README, "Tour of the source"). */
struct data_dirs {
    char languages[1024]; /* the folder with NAME.json */
    char libexec[1024];   /* prebuilt harnesses */
    char problems[1024];  /* shipped packages */
};

/* A list of mounts that owns its strings. */
struct mount_list {
    struct sandbox_mount *mounts;
    size_t n;
};

#define MOUNT_MAX 64 /* in one box */

struct phase {
    bool present;
    const char **command; /* with {variables} filled in, NULL-terminated, owned */
    size_t n_command;
    const char **serve;   /* run: the command of a fork server, owned; NULL: there is none */
    const char **env; /* complete environment, NULL-terminated, owned */
    struct mount_list mounts;
    const struct codegen
        *codegen; /* compile: header and shim are generated beside the source; or NULL */
    const char
        *output; /* compile: the file it leaves; NULL = the source itself is what runs (a check) */
    enum sandbox_profile profile;
    bool no_proc;
};

struct language {
    char name[LANGUAGE_NAME_MAX + 1];
    struct document document;
    const char *title;
    const char *flavour;     /* what the harness is told */
    const char **extensions; /* NULL-terminated, owned list */
    size_t n_extensions;
    const char *source;               /* what the submission is called in a box */
    const char *debian, *ubuntu;      /* packages that bring the tools */
    char packages[PACKAGES_TEXT_MAX]; /* modules that a problem adds, between spaces: set before
                                         language_probe() */
    bool row_orders; /* its harness can put the rows of tables in another order (run_test.h) */
    /* after language_probe(): */
    bool probed;
    char program[1024];
    char version[256];
    char path[1024]; /* MLJUDGE_PATH of Python flavours */
    const char *
        *warm; /* folders to be read ahead before the first timed test; NULL-terminated, owned */
    bool warmed;
    char id[SHA256_HEX]; /* of everything that makes results comparable: file, program, version */
    struct phase compile, run;
    struct phase generate; /* runs a package's generator.py; Python only */
};

/* Reads NAME.json.  -ENOENT with the known names if there is none. */
int language_load(const struct data_dirs *dirs, const char *name, struct language **ret,
                  struct error *err);
void language_free(struct language *language);

/* Finds the tools.  -ENOENT: err->text names what is missing and the package that has it. */
int language_probe(const struct data_dirs *dirs, const struct cache *cache,
                   struct language *language, struct error *err);

/* Takes back what a probe found, whole or in part. */
void language_forget_probe(struct language *language);

/* Frees a NULL-terminated list and its strings; NULL is fine. */
void strings_free(const char **strings);

/* Reads the language's files ahead, once (warm.h). */
void language_warm(struct language *language);

/* Names of all languages, sorted; free with names_free(). */
int language_names(const struct data_dirs *dirs, char ***ret, size_t *ret_n, struct error *err);

/* The problem's first language that has this file's extension; NULL if none.  The result is borrowed from the
 * problem. */
const char *language_for_file(const struct data_dirs *dirs, const struct problem *problem,
                              const char *file);

/* Adds `path` as this host shows it: a symbolic link stays one, anything else is bound read-only.  Missing paths
 * are left out if `optional`. */
int mounts_add_host(struct mount_list *list, const char *path, bool optional, struct error *err);
int mounts_add(struct mount_list *list, enum sandbox_mount_kind kind, const char *source,
               const char *target, bool optional, struct error *err);
/* Hides `path` if a mount of the list shows it. */
int mounts_hide(struct mount_list *list, const char *path, struct error *err);
void mounts_done(struct mount_list *list);

#endif
