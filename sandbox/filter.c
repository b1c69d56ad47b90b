#include "sandbox/filter.h"

#include <assert.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/filter_table.h"
#include "sandbox/util.h"

#if !defined(__x86_64__)
#error "system call filters: only x86-64 so far"
#endif

#define X32_BIT 0x40000000U
#define MAX_INTERVALS 512

/* Calls from `first` up to the next interval's first are treated alike. */
struct interval {
    uint32_t first;
    uint32_t answer;                /* SECCOMP_RET_*, if the rule checks no argument */
    const struct filter_rule *rule; /* that checks an argument, or NULL */
};

struct builder {
    struct sock_filter *program;
    size_t n;
};

static void emit(struct builder *b, unsigned code, unsigned jt, unsigned jf, uint32_t k)
{
    assert(b->n < FILTER_MAX);
    b->program[b->n++] = (struct sock_filter){(unsigned short)code, (unsigned char)jt,
                                              (unsigned char)jf, k};
}

static uint32_t answer_errno(int error)
{
    return SECCOMP_RET_ERRNO | (uint32_t)error;
}

static uint32_t answer_of(const struct filter_rule *rule, bool listener)
{
    switch (rule->action) {
    case FILTER_ALLOW: return SECCOMP_RET_ALLOW;
    case FILTER_ERRNO: return answer_errno(rule->error);
    case FILTER_TELL: return listener ? SECCOMP_RET_USER_NOTIF : answer_errno(rule->error);
    case FILTER_LOUD: return listener ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_KILL_PROCESS;
    }
    assert(false);
    return SECCOMP_RET_KILL_PROCESS;
}

static int by_number(const void *a, const void *b)
{
    const struct filter_rule *const *x = a, *const *y = b;
    return (*x)->number - (*y)->number;
}

static void add_interval(struct interval *list, size_t *n, uint32_t first, uint32_t answer,
                         const struct filter_rule *rule)
{
    assert(*n < MAX_INTERVALS);
    if (*n > 0 && list[*n - 1].first == first) /* the gap before is empty */
        --*n;
    if (*n > 0 && !rule && !list[*n - 1].rule && list[*n - 1].answer == answer)
        return;
    list[(*n)++] = (struct interval){first, answer, rule};
}

/* All 2^32 call numbers, in order. */
static size_t make_intervals(enum sandbox_profile profile, bool listener, struct interval *list)
{
    const struct filter_rule *rules[MAX_INTERVALS];
    size_t n_rules = 0, n = 0;
    for (size_t i = 0; i < filter_table_length; i++)
        if (filter_table[i].profiles & (1 << profile))
            rules[n_rules++] = &filter_table[i];
    qsort(rules, n_rules, sizeof rules[0], by_number);
    add_interval(list, &n, 0, answer_errno(ENOSYS), NULL);
    for (size_t i = 0; i < n_rules; i++) {
        assert(i == 0 || rules[i]->number != rules[i - 1]->number);
        uint32_t number = (uint32_t)rules[i]->number;
        add_interval(list, &n, number, answer_of(rules[i], listener),
                     rules[i]->n_values > 0 ? rules[i] : NULL);
        add_interval(list, &n, number + 1, answer_errno(ENOSYS), NULL);
    }
    /* x32 numbers name other calls: a foreign architecture.  -1 is just a wrong number. */
    add_interval(list, &n, X32_BIT, SECCOMP_RET_KILL_PROCESS, NULL);
    add_interval(list, &n, 0x80000000U, answer_errno(ENOSYS), NULL);
    return n;
}

static void emit_leaf(struct builder *b, const struct interval *i)
{
    const struct filter_rule *rule = i->rule;
    if (rule) {
        /* args[] are 64-bit, little-endian: the low half is first. */
        uint32_t offset = (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)rule->arg);
        emit(b, BPF_LD | BPF_W | BPF_ABS, 0, 0, offset);
        emit(b, BPF_ALU | BPF_AND | BPF_K, 0, 0, rule->mask);
        for (size_t v = 0; v < rule->n_values; v++)
            emit(b, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(rule->n_values - v), 0, rule->values[v]);
        emit(b, BPF_RET | BPF_K, 0, 0, answer_errno(rule->else_error));
    }
    emit(b, BPF_RET | BPF_K, 0, 0, i->answer);
}

/* Binary search; the call number is in the accumulator. */
static void emit_search(struct builder *b, const struct interval *list, size_t n)
{
    if (n == 1) {
        emit_leaf(b, list);
        return;
    }
    size_t half = n / 2;
    emit(b, BPF_JMP | BPF_JGE | BPF_K, 0, 1, list[half].first);
    size_t jump = b->n;
    emit(b, BPF_JMP | BPF_JA, 0, 0, 0);
    emit_search(b, list, half);
    b->program[jump].k = (uint32_t)(b->n - jump - 1);
    emit_search(b, list + half, n - half);
}

size_t filter_build(enum sandbox_profile profile, bool listener, struct sock_filter program[FILTER_MAX])
{
    assert(profile < SANDBOX_N_PROFILES);
    struct interval list[MAX_INTERVALS];
    size_t n = make_intervals(profile, listener, list);
    struct builder b = {program, 0};
    emit(&b, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
    emit(&b, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, AUDIT_ARCH_X86_64);
    emit(&b, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS);
    emit(&b, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
    emit_search(&b, list, n);
    return b.n;
}

bool filter_can_listen(void)
{
    uint32_t action = SECCOMP_RET_USER_NOTIF;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}
