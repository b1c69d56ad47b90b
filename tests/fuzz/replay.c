/* Feeds files to a fuzz target without a fuzzing engine: the corpus becomes an ordinary test.
 *
 * usage: fuzz_NAME [FILE|DIRECTORY]...     prints "N inputs"; a target that finds something aborts */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t n_inputs;

static void die(const char *what, const char *path)
{
    fprintf(stderr, "replay: %s '%s': %s\n", what, path, strerror(errno));
    exit(2);
}

static void feed_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        die("open", path);
    struct stat st;
    if (fstat(fileno(file), &st) < 0)
        die("stat", path);
    size_t size = (size_t)st.st_size;
    uint8_t *data =
        malloc(size ? size : 1); /* exactly as large as the input: the sanitizer sees overruns */
    if (!data || fread(data, 1, size, file) != size)
        die("read", path);
    fclose(file);
    fprintf(stderr, "%s\n", path); /* the last name is the culprit if the target aborts */
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    n_inputs++;
}

static void feed(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0)
        die("stat", path);
    if (!S_ISDIR(st.st_mode)) {
        feed_file(path);
        return;
    }
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);
    if (n < 0)
        die("read", path);
    for (int i = 0; i < n; i++) {
        char inner[4096];
        snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            feed(inner);
        free(names[i]);
    }
    free(names);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        feed(argv[i]);
    printf("%zu inputs\n", n_inputs);
    return n_inputs == 0;
}
