/* Reading a language's files ahead of the first timed test.
 *
 * cgroup v1 charges a page of the page cache to whoever touches it first: without this the first test on a cold
 * machine would pay for the interpreter's modules, and its numbers would differ from the second's (threats.md M15). */
#ifndef MLJUDGE_WARM_H
#define MLJUDGE_WARM_H

/* Asks the kernel to read every loadable file beneath a folder (bounded in number, size and depth).  Best effort. */
void warm_folder(const char *path);

#endif
