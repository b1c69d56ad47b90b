/* Programs' headers (sandbox/elf.c).  Property: the static bytes are those that a second, slower reading of the
 * same bytes adds up. */
#include <elf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sandbox/internal.h"
#include "tests/fuzz/fuzz.h"

__extension__ typedef unsigned __int128 sum; /* no sum of 256 segments overflows it */

static int64_t add_up(const uint8_t *data, size_t size)
{
    Elf64_Ehdr head;
    if (size < sizeof head)
        return -1;
    memcpy(&head, data, sizeof head);
    if (memcmp(head.e_ident, "\177ELF\2\1", 6) || head.e_phentsize != sizeof(Elf64_Phdr) ||
        head.e_phnum == 0 || head.e_phnum > 256)
        return -1;
    sum total = 0;
    for (unsigned i = 0; i < head.e_phnum; i++) {
        Elf64_Phdr segment;
        sum from = (sum)head.e_phoff + i * sizeof segment;
        if (from + sizeof segment > size)
            return -1;
        memcpy(&segment, data + (size_t)from, sizeof segment);
        if (segment.p_type == PT_TLS || (segment.p_type == PT_LOAD && segment.p_flags & PF_W))
            total += segment.p_memsz;
    }
    return total > INT64_MAX ? INT64_MAX : (int64_t)total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("elf", MFD_CLOEXEC);
    CHECK(fd >= 0);
    CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    CHECK(elf_static_bytes_of(fd) == add_up(data, size));
    return 0;
}
