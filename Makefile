# make [SAN=address,undefined] [WERROR=1] [CC=clang]
#   all (default)  demo  test  install PREFIX=  uninstall  clean  format  analyze
O := build
VARIANT := $(notdir $(firstword $(CC)))$(if $(SAN),-san)
OBJ := $(O)/$(VARIANT)
CPPFLAGS += -I. -D_GNU_SOURCE
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wformat=2 -Wundef -Wvla -Wwrite-strings -Wimplicit-fallthrough
HARDEN := -fstack-protector-strong -fstack-clash-protection -fPIE
ifeq ($(SAN),)
OPT := -O2 -g -D_FORTIFY_SOURCE=2
LINK ?= static
BIN := $(O)
else
OPT := -O1 -g -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK := dynamic
BIN := $(OBJ)
endif
ALL_CFLAGS := -std=gnu17 $(OPT) $(WARN) $(HARDEN) $(if $(WERROR),-Werror) $(CFLAGS)
LIBS := -ljansson -lsodium -lm
ALL_LDFLAGS := $(LDFLAGS) -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN)) \
               $(if $(filter static,$(LINK)),-static-pie,-pie)

SANDBOX_SRC := $(filter-out sandbox/box_init.c sandbox/gen_filters.c,$(wildcard sandbox/*.c))
JUDGE_SRC := $(wildcard judge/*.c)
COMMAND_SRC := $(wildcard judge/command/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)

obj = $(patsubst %.c,$(OBJ)/%.o,$(1))

all: $(BIN)/mljudge
.PHONY: all
.SECONDARY:

$(OBJ)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OBJ)/libsandbox.a: $(call obj,$(SANDBOX_SRC)) $(OBJ)/sandbox/box_init_blob.o
	rm -f $@ && $(AR) rcs $@ $^
$(OBJ)/libmljudge.a: $(call obj,$(JUDGE_SRC))
	rm -f $@ && $(AR) rcs $@ $^

# The process that becomes init of every box: a small static program, carried inside the library.
$(O)/box-init: sandbox/box_init.c $(wildcard sandbox/box_*.h)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=gnu17 -O2 $(WARN) $(if $(WERROR),-Werror) -fstack-protector-strong -static -s -o $@ $<
$(OBJ)/sandbox/box_init_blob.o: $(O)/box-init
	@mkdir -p $(@D)
	printf '.section .rodata\n.global box_init_blob\n.global box_init_blob_end\n.balign 64\nbox_init_blob:\n.incbin "%s"\nbox_init_blob_end:\n.section .note.GNU-stack,"",@progbits\n' $< >$(@:.o=.S)
	$(CC) -c -o $@ $(@:.o=.S)

# The system call filters: built with libseccomp once, here, and carried as BPF.
$(O)/gen-filters: sandbox/gen_filters.c sandbox/filter_table.c sandbox/filter_table.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=gnu17 -O1 -g $(WARN) $(if $(WERROR),-Werror) -o $@ $(filter %.c,$^) -lseccomp
$(O)/generated/filters.inc: $(O)/gen-filters
	@mkdir -p $(@D)
	$(O)/gen-filters >$@.new && mv $@.new $@
$(OBJ)/sandbox/filter.o: $(O)/generated/filters.inc
$(OBJ)/sandbox/filter.o: CPPFLAGS += -I$(O)/generated

$(BIN)/mljudge: $(call obj,$(COMMAND_SRC)) $(OBJ)/libmljudge.a $(OBJ)/libsandbox.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(OBJ)/unit/%: $(OBJ)/tests/unit/%.o $(OBJ)/libmljudge.a $(OBJ)/libsandbox.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN)) -pie -o $@ $^ -lcmocka $(LIBS)
$(OBJ)/fuzz/%: $(OBJ)/tests/fuzz/%.o $(OBJ)/tests/fuzz/replay.o $(OBJ)/libmljudge.a $(OBJ)/libsandbox.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN)) -pie -o $@ $^ $(LIBS)

unit: $(patsubst tests/unit/%.c,$(OBJ)/unit/%,$(UNIT_SRC))
fuzz: $(patsubst tests/fuzz/%.c,$(OBJ)/fuzz/%,$(FUZZ_SRC))

clean:
	rm -rf $(O)

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
