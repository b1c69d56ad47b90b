/* A small interpreter of the BPF that seccomp takes, so that filters are tested without being loaded:
 * every call number, architecture and argument, in microseconds.  Stricter than the kernel: a load or
 * jump out of bounds, an instruction seccomp refuses, or running off the end is an error. */
#ifndef MLJUDGE_TEST_BPF_SIM_H
#define MLJUDGE_TEST_BPF_SIM_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Returns false if the program is not one the kernel would take, or misbehaves. */
static inline bool bpf_run(const struct sock_filter *program, size_t n,
                           const struct seccomp_data *data, uint32_t *ret)
{
    uint32_t a = 0;
    for (size_t pc = 0; pc < n; pc++) {
        const struct sock_filter *i = &program[pc];
        size_t jump = 0;
        switch (i->code) {
        case BPF_LD | BPF_W | BPF_ABS:
            if (i->k % 4 || i->k > sizeof *data - 4)
                return false;
            memcpy(&a, (const char *)data + i->k, 4);
            break;
        case BPF_ALU | BPF_AND | BPF_K: a &= i->k; break;
        case BPF_JMP | BPF_JA: jump = i->k; break;
        case BPF_JMP | BPF_JEQ | BPF_K: jump = a == i->k ? i->jt : i->jf; break;
        case BPF_JMP | BPF_JGE | BPF_K: jump = a >= i->k ? i->jt : i->jf; break;
        case BPF_JMP | BPF_JGT | BPF_K: jump = a > i->k ? i->jt : i->jf; break;
        case BPF_RET | BPF_K: *ret = i->k; return true;
        default: return false;
        }
        if (jump >= n - pc)
            return false;
        pc += jump;
    }
    return false;
}

#endif
