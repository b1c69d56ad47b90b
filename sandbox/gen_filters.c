/* Runs at build time: makes the BPF programs of every profile out of the table and prints them as C.
 *
 * libseccomp checks the architecture, lays the call numbers out as a binary tree and exports the program.  Two things it
 * cannot say itself: "these values of the argument are allowed, any other fails with this errno" (two conditions on one
 * argument), and its releases before 2.6.1 merge some 64-bit comparisons wrongly (GHSA-4q85-33p6-j5g6).  So it is given
 * unconditional rules only; a call with a checked argument gets a marker, SECCOMP_RET_TRACE | row, and each marker is
 * then replaced by a jump to the few instructions that check the low 32 bits.  tests/unit/test_filter.c runs the result
 * through an interpreter for every profile, architecture and call number. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sandbox/filter.h"
#include "sandbox/filter_table.h"

#define API_LEVEL 6 /* user notification, whatever the building machine's kernel can do */

struct program {
    struct sock_filter code[FILTER_MAX];
    size_t n;
};

static void die(const char *what, int r)
{
    fprintf(stderr, "gen-filters: %s: %s\n", what, strerror(-r));
    exit(1);
}

static uint32_t action_of(const struct filter_rule *rule, bool listener)
{
    uint32_t error = SCMP_ACT_ERRNO((uint16_t)rule->error);
    switch (rule->action) {
    case FILTER_ALLOW: return SCMP_ACT_ALLOW;
    case FILTER_ERRNO: return error;
    case FILTER_TELL: return listener ? SCMP_ACT_NOTIFY : error;
    case FILTER_LOUD: return listener ? SCMP_ACT_NOTIFY : SCMP_ACT_KILL_PROCESS;
    }
    die("a rule of unknown action", -EINVAL);
    return 0;
}

static scmp_filter_ctx make_context(int profile, bool listener)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (!context)
        die("seccomp_init", -ENOMEM);
    int r = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (r == 0)
        r = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    for (size_t i = 0; r == 0 && i < filter_table_length; i++) {
        const struct filter_rule *rule = &filter_table[i];
        uint32_t action = rule->n_values ? SCMP_ACT_TRACE((uint16_t)i) : action_of(rule, listener);
        bool is_default =
            action == SCMP_ACT_ERRNO(ENOSYS); /* libseccomp refuses a rule that says nothing */
        if ((rule->profiles & (1 << profile)) && !is_default)
            r = seccomp_rule_add(context, action, rule->number, 0);
        if (r < 0)
            fprintf(stderr, "gen-filters: rule %s\n", rule->name);
    }
    if (r < 0)
        die("seccomp_rule_add", r);
    return context;
}

static void export(scmp_filter_ctx context, struct program *program)
{
    FILE *file = tmpfile();
    int r = file ? seccomp_export_bpf(context, fileno(file)) : -errno;
    if (r < 0)
        die("seccomp_export_bpf", r);
    rewind(file);
    program->n = fread(program->code, sizeof program->code[0], FILTER_MAX, file);
    if (program->n == 0 || program->n == FILTER_MAX)
        die("the exported program has an unexpected length", -E2BIG);
    fclose(file);
}

static void emit(struct program *program, unsigned code, unsigned jt, unsigned jf, uint32_t k)
{
    if (program->n == FILTER_MAX)
        die("the program is too long", -E2BIG);
    program->code[program->n++] =
        (struct sock_filter){(unsigned short)code, (unsigned char)jt, (unsigned char)jf, k};
}

/* args[] are 64-bit, little-endian: the low half is first. */
static void emit_check(struct program *program, const struct filter_rule *rule, uint32_t action)
{
    emit(program, BPF_LD | BPF_W | BPF_ABS, 0, 0,
         (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)rule->arg));
    emit(program, BPF_ALU | BPF_AND | BPF_K, 0, 0, rule->mask);
    for (size_t v = 0; v < rule->n_values; v++)
        emit(program, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(rule->n_values - v), 0,
             rule->values[v]);
    emit(program, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (uint32_t)rule->else_error);
    emit(program, BPF_RET | BPF_K, 0, 0, action);
}

/* Every `return marker` becomes a jump to the check of its row. */
static void replace_markers(struct program *program, bool listener)
{
    size_t n_exported = program->n;
    for (size_t i = 0; i < n_exported; i++) {
        struct sock_filter *instruction = &program->code[i];
        if (instruction->code != (BPF_RET | BPF_K) ||
            (instruction->k & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_TRACE)
            continue;
        const struct filter_rule *rule = &filter_table[instruction->k & SECCOMP_RET_DATA];
        *instruction = (struct sock_filter){BPF_JMP | BPF_JA, 0, 0, (uint32_t)(program->n - i - 1)};
        emit_check(program, rule, action_of(rule, listener));
    }
}

static void print(const struct program *program, int profile, bool listener)
{
    printf("static const struct sock_filter program_%d_%d[] = {\n", profile, listener);
    for (size_t i = 0; i < program->n; i++)
        printf("    {0x%02x, %u, %u, 0x%08x},\n", program->code[i].code, program->code[i].jt,
               program->code[i].jf, program->code[i].k);
    printf("};\n");
}

int main(void)
{
    const struct scmp_version *version = seccomp_version();
    int r = seccomp_api_set(API_LEVEL);
    if (r < 0)
        die("seccomp_api_set", r);
    printf("/* Made by gen-filters with libseccomp %u.%u.%u. */\n#define FILTER_MADE_WITH "
           "\"libseccomp %u.%u.%u\"\n",
           version->major, version->minor, version->micro, version->major, version->minor,
           version->micro);
    for (int profile = 0; profile < SANDBOX_N_PROFILES; profile++)
        for (int listener = 0; listener <= 1; listener++) {
            static struct program program;
            scmp_filter_ctx context = make_context(profile, listener);
            export(context, &program);
            seccomp_release(context);
            replace_markers(&program, listener);
            print(&program, profile, listener);
        }
    printf("static const struct filter_program {\n    const struct sock_filter *code;\n    size_t "
           "n;\n} programs[][2] = {\n");
    for (int profile = 0; profile < SANDBOX_N_PROFILES; profile++)
        printf("    {{program_%d_0, sizeof program_%d_0 / sizeof program_%d_0[0]},\n"
               "     {program_%d_1, sizeof program_%d_1 / sizeof program_%d_1[0]}},\n",
               profile, profile, profile, profile, profile, profile);
    printf("};\n");
    return ferror(stdout) ? 1 : 0;
}
