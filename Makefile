# make                     build/mljudge
# make demo                installs what is missing, builds, judges the sample submissions
# make test [SEEDS=3]      installs what is missing (--dev), builds, runs every test; every problem on one seed
# make test-vm             the live tests on a stock Debian kernel with cgroup v2, in QEMU
# make install PREFIX=/usr/local [DESTDIR=]      uninstall      clean
# make format  analyze  header-check  unit  fuzz  stats
#
# SAN=address,undefined    sanitizers        WERROR=1   warnings are errors
# HOLES=1                  build/mljudge-holes, from which a test can take one defence at a time (sandbox/hole.h)
# CC=clang                 another compiler  LINK=dynamic   shared libjansson and libsodium
#
# Every combination has an object directory of its own, so switching never mixes objects.

PREFIX ?= /usr/local
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
VERSION := 0.1.0

O := build
COMPILER := $(notdir $(firstword $(CC)))
VARIANT := $(COMPILER)$(if $(SAN),-san)$(if $(HOLES),-holes)$(if $(WERROR),-strict)
OBJ := $(O)/$(VARIANT)

CPPFLAGS += -I. -I$(OBJ)/generated -D_GNU_SOURCE $(if $(HOLES),-DMLJUDGE_HOLES)
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wformat=2 -Wundef -Wvla -Wwrite-strings -Wimplicit-fallthrough $(if $(WERROR),-Werror)
HARDEN := -fstack-protector-strong -fstack-clash-protection -fPIE
LIBS := -ljansson -lsodium -lm

# Static where the archives are there: the command then starts in a third of the time.
archive = $(wildcard $(shell $(CC) -print-file-name=$(1) 2>/dev/null))
ifeq ($(SAN),)
OPT := -O2 -g -D_FORTIFY_SOURCE=2
ifndef LINK
LINK := $(if $(and $(call archive,libjansson.a),$(call archive,libsodium.a),$(call archive,libc.a)),static,dynamic)
endif
else
OPT := -O1 -g -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK := dynamic
endif
# One place for every variant of the command: it finds its data beside itself.
BIN := $(O)/mljudge$(if $(SAN)$(filter clang%,$(COMPILER)),-$(COMPILER)$(if $(SAN),-san))$(if $(HOLES),-holes)

ALL_CFLAGS := -std=gnu17 $(OPT) $(WARN) $(HARDEN) $(CFLAGS)
ALL_LDFLAGS := $(LDFLAGS) -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN)) \
               $(if $(filter static,$(LINK)),-static-pie,-pie)
TEST_LDFLAGS := $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN)) -pie

# What lays out statements needs md4c (a shared library in Debian); without it they are shown as they are written.
MD4C := $(call archive,libmd4c.so)

BOX_SRC := $(wildcard sandbox/box_*.c)
SANDBOX_SRC := $(filter-out $(BOX_SRC) sandbox/burner.c sandbox/gen_filters.c sandbox/fork_server.c sandbox/fork_rehearsal.c,$(wildcard sandbox/*.c))
JUDGE_SRC := $(wildcard judge/*.c)
COMMAND_SRC := $(wildcard judge/command/*.c)
STATEMENT_LIB := $(filter-out %/main.c,$(wildcard judge/statement/*.c))
UNIT_SRC := $(filter-out $(if $(MD4C),,%/test_statement.c),$(wildcard tests/unit/test_*.c))
FUZZ_SRC := $(filter-out $(if $(MD4C),,%/fuzz_statement.c),$(wildcard tests/fuzz/fuzz_*.c))
SURVIVAL_SRC := $(wildcard tests/survival/*.c)
C_SRC := $(SANDBOX_SRC) $(BOX_SRC) sandbox/burner.c sandbox/fork_server.c sandbox/fork_rehearsal.c $(JUDGE_SRC) \
         $(COMMAND_SRC) $(if $(MD4C),$(wildcard judge/statement/*.c)) $(wildcard judge/languages/*/*.c)
HEADERS := $(wildcard sandbox/*.h judge/*.h judge/command/*.h judge/statement/*.h judge/languages/*/*.h)

obj = $(patsubst %.c,$(OBJ)/%.o,$(1))

# The harness for SQL is left out where SQLite's archive (or libc's) is missing; doctor says so.
HARNESSES := $(O)/libexec/mljudge-harness-c \
             $(if $(and $(call archive,libsqlite3.a),$(call archive,libc.a)),$(O)/libexec/mljudge-harness-sql) \
             $(if $(MD4C),$(O)/libexec/mljudge-statement)

all: $(BIN) $(HARNESSES) $(O)/harness-python.done
.PHONY: all demo test verify test-vm install uninstall clean format analyze header-check unit fuzz stats FORCE
.SECONDARY:
.DELETE_ON_ERROR:
FORCE:

# ---- objects ----

# Objects also depend on how they were compiled: other flags, another compiler version, a rebuild.
$(OBJ)/flags: FORCE
	@mkdir -p $(@D)
	@{ echo '$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)'; $(CC) --version | head -n1; } >$@.new; \
	 if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi
$(OBJ)/generated/version.h: FORCE
	@mkdir -p $(@D)
	@commit=$$(git rev-parse --short=12 HEAD 2>/dev/null || true); \
	 printf '#define MLJUDGE_VERSION "%s"\n#define MLJUDGE_COMMIT "%s"\n' '$(VERSION)' "$$commit" >$@.new; \
	 if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi

$(OBJ)/%.o: %.c $(OBJ)/flags | $(OBJ)/generated/version.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Archives are made anew: a source file that went away must not live on in them.
# The list of their members is a prerequisite, too.
define members
$(OBJ)/$(1).list: FORCE
	@mkdir -p $$(@D)
	@echo '$(2)' >$$@.new; if cmp -s $$@.new $$@; then rm -f $$@.new; else mv $$@.new $$@; fi
endef
$(eval $(call members,libsandbox,$(SANDBOX_SRC)))
$(eval $(call members,libmljudge,$(JUDGE_SRC)))
$(eval $(call members,mljudge,$(COMMAND_SRC)))
$(OBJ)/libsandbox.a: $(call obj,$(SANDBOX_SRC)) $(OBJ)/sandbox/box_init_blob.o $(OBJ)/sandbox/burner_blob.o \
                     $(OBJ)/sandbox/fork_library_blob.o $(OBJ)/libsandbox.list
	rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
$(OBJ)/libmljudge.a: $(call obj,$(JUDGE_SRC)) $(OBJ)/libmljudge.list
	rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

# Small static programs without a C library, carried inside the library: the process that becomes init of every box,
# and the one that doctor measures the sandbox with.
BOX_CFLAGS := -std=gnu17 -O2 $(WARN) -ffreestanding -fno-stack-protector -fno-builtin -fno-pie
$(OBJ)/box/%.o: %.c $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(BOX_CFLAGS) -MMD -MP -c -o $@ $<
$(OBJ)/box-init: $(patsubst %.c,$(OBJ)/box/%.o,$(BOX_SRC))
$(OBJ)/burner: $(OBJ)/box/sandbox/burner.o
$(OBJ)/box-init $(OBJ)/burner:
	$(CC) -static -nostdlib -Wl,-z,noexecstack -Wl,-z,relro,--build-id=none -s -o $@ $^
# What an interpreter loads to be a fork server: its copies become the commands of boxes.
FORK_SRC := sandbox/fork_server.c sandbox/fork_rehearsal.c sandbox/box_become.c sandbox/box_order.c sandbox/box_common.c
$(OBJ)/fork-library: $(FORK_SRC) $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=gnu17 -O2 $(WARN) -fno-stack-protector -fPIC -fvisibility=hidden -shared -Wl,-z,relro,-z,now -s \
	      -MMD -MP -MF $(OBJ)/fork-library.d -MT $@ -o $@ $(FORK_SRC)
$(OBJ)/sandbox/fork_library_blob.o: $(OBJ)/fork-library
$(OBJ)/sandbox/box_init_blob.o: $(OBJ)/box-init
$(OBJ)/sandbox/burner_blob.o: $(OBJ)/burner
$(OBJ)/sandbox/%_blob.o:
	@mkdir -p $(@D)
	printf '.section .rodata\n.global $*_blob\n.global $*_blob_end\n.balign 64\n$*_blob:\n.incbin "%s"\n$*_blob_end:\n.section .note.GNU-stack,"",@progbits\n' $< >$(@:.o=.S)
	$(CC) -c -o $@ $(@:.o=.S)

# The system call filters: made here with libseccomp, once, and carried as BPF.
$(OBJ)/gen-filters: sandbox/gen_filters.c sandbox/filter_table.c sandbox/filter_table.h sandbox/filter.h \
                    sandbox/sandbox.h $(OBJ)/flags
	$(CC) $(CPPFLAGS) -std=gnu17 -O1 -g $(WARN) -o $@ sandbox/gen_filters.c sandbox/filter_table.c -lseccomp
$(OBJ)/generated/filters.inc: $(OBJ)/gen-filters
	@mkdir -p $(@D)
	$< >$@.new && mv $@.new $@
$(OBJ)/sandbox/filter.o: $(OBJ)/generated/filters.inc

# ---- programs ----

comma := ,

$(BIN): $(call obj,$(COMMAND_SRC)) $(OBJ)/libmljudge.a $(OBJ)/libsandbox.a $(OBJ)/mljudge.list
	$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o %.a,$^) $(LIBS)

# The process that loads a C candidate: built once here, dynamic because it calls dlopen().
# Never sanitized and always the same file: it runs in the box.
ifeq ($(SAN),)
HARNESS_C_SRC := $(wildcard judge/languages/c/*.c)
$(O)/libexec/mljudge-harness-c: $(HARNESS_C_SRC) $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=gnu17 -O2 -g $(WARN) -fPIE -pie -Wl,-z,relro,-z,now \
	      -MMD -MP -MF $(OBJ)/harness-c.d -MT $@ -o $@ $(HARNESS_C_SRC) -lm
# The process that runs a candidate's SELECT: static, so its box shows nothing but itself.
HARNESS_SQL_SRC := $(wildcard judge/languages/sql/*.c) $(filter-out %/harness.c,$(HARNESS_C_SRC))
$(O)/libexec/mljudge-harness-sql: $(HARNESS_SQL_SRC) $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=gnu17 -O2 -g $(WARN) -fPIE -static-pie -Wl,-z,relro,-z,now \
	      -MMD -MP -MF $(OBJ)/harness-sql.d -MT $@ $(patsubst %,-Wl$(comma)--wrap=%,dlopen dlsym dlclose dlerror) \
	      -o $@ $(HARNESS_SQL_SRC) -lsqlite3 -lm
STATEMENT_SRC := $(wildcard judge/statement/*.c) judge/escape.c judge/utf8.c
$(O)/libexec/mljudge-statement: $(STATEMENT_SRC) $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) -I. -D_GNU_SOURCE -std=gnu17 $(OPT) $(WARN) $(HARDEN) -pie -Wl,-z,relro,-z,now \
	      -MMD -MP -MF $(OBJ)/statement.d -MT $@ -o $@ $(STATEMENT_SRC) -lmd4c
else
$(HARNESSES):
	$(MAKE) SAN= $@
endif

# Python harnesses start some 8 ms sooner from bytecode.  "checked-hash": bytecode of other sources is not used.
PYTHONS := python3 /usr/bin/python3
bytecode = for python in $(PYTHONS); do \
	$$python -m compileall -q --invalidation-mode checked-hash $(1) >/dev/null 2>&1 || true; done
$(O)/harness-python.done: $(wildcard judge/languages/python/*.py)
	@mkdir -p $(@D)
	@$(call bytecode,judge/languages/python)
	@touch $@

# Tests that make allocations fail (tests/unit/faults.h).
FAULT_WRAPS := free malloc calloc realloc reallocarray posix_memalign strdup strndup asprintf __asprintf_chk vasprintf \
               __vasprintf_chk realpath fopen fdopen open_memstream fdopendir
$(OBJ)/unit/test_faults_%: TEST_LDFLAGS += $(addprefix -Wl$(comma)--wrap=,$(FAULT_WRAPS))
$(OBJ)/unit/test_faults_box: FAULT_WRAPS += meter_end clock_gettime time gettimeofday
$(OBJ)/unit/test_statement $(OBJ)/fuzz/fuzz_statement: LIBS += $(OBJ)/libmljudge.a -lmd4c
$(OBJ)/unit/test_statement $(OBJ)/fuzz/fuzz_statement: $(call obj,$(STATEMENT_LIB))
$(OBJ)/unit/test_compare_properties: LIBS += $(OBJ)/libmljudge.a
$(OBJ)/unit/test_compare_properties: $(call obj,$(wildcard tests/unit/compare_properties*.c))
$(OBJ)/unit/%: $(OBJ)/tests/unit/%.o $(OBJ)/libmljudge.a $(OBJ)/libsandbox.a
	@mkdir -p $(@D)
	$(CC) $(TEST_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
$(OBJ)/survival/%: $(OBJ)/tests/survival/%.o $(OBJ)/libsandbox.a
	@mkdir -p $(@D)
	$(CC) $(TEST_LDFLAGS) -o $@ $^ -lm
$(OBJ)/fuzz/fuzz_sql_%: LIBS += -lsqlite3
$(OBJ)/fuzz/fuzz_sql_script: $(OBJ)/judge/languages/sql/script.o
$(OBJ)/fuzz/%: $(OBJ)/tests/fuzz/%.o $(OBJ)/tests/fuzz/replay.o $(OBJ)/libmljudge.a $(OBJ)/libsandbox.a
	@mkdir -p $(@D)
	$(CC) $(TEST_LDFLAGS) -o $@ $^ $(LIBS)

# Writes any format from a JSON report on standard input (tests/reports).
$(OBJ)/render: $(OBJ)/tests/reports/render.o $(OBJ)/libmljudge.a $(OBJ)/libsandbox.a
	$(CC) $(TEST_LDFLAGS) -o $@ $^ $(LIBS)

# Starts a command in what a plain `docker run` gives (tests/container/run).
$(O)/container-launch: $(wildcard tests/container/*.[ch]) $(OBJ)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=gnu17 -O2 -g $(WARN) -o $@ $(filter %.c,$^) -lseccomp -ljansson

unit: $(patsubst tests/unit/%.c,$(OBJ)/unit/%,$(UNIT_SRC)) \
      $(patsubst tests/survival/%.c,$(OBJ)/survival/%,$(SURVIVAL_SRC)) $(OBJ)/render
fuzz: $(patsubst tests/fuzz/%.c,$(OBJ)/fuzz/%,$(FUZZ_SRC))

# ---- for people ----

demo:
	@tools/install-deps
	@$(MAKE) --no-print-directory -s $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS)) all
	@tools/demo

test:
	@tools/install-deps --dev --quiet
	@tests/run $(if $(SEEDS),--seeds $(SEEDS))

# Every problem proven: three seeds, the kill matrix; a group that rejects nothing fails it.
verify: all
	build/mljudge verify --seeds $(or $(SEEDS),3) --matrix --strict problems

test-vm:
	@tools/install-deps --dev --vm --quiet
	@$(MAKE) --no-print-directory -s $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS)) WERROR=1 all unit
	@tests/vm/suite

# Written by the command itself, from the table that it takes its options from.
PAGES := man/man1/mljudge.1 bash-completion/completions/mljudge zsh/site-functions/_mljudge \
         fish/vendor_completions.d/mljudge.fish
page_command = $(if $(filter man/%,$(1)),help man,completion $(firstword $(subst -, ,$(subst /, ,$(1)))))

install: all
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/libexec/mljudge' '$(DESTDIR)$(PREFIX)/share/mljudge'
	install -m 755 $(BIN) '$(DESTDIR)$(PREFIX)/bin/mljudge'
	install -m 755 $(HARNESSES) '$(DESTDIR)$(PREFIX)/libexec/mljudge/'
	$(foreach page,$(PAGES),install -d '$(DESTDIR)$(PREFIX)/share/$(dir $(page))' && \
	  $(BIN) $(call page_command,$(page)) >'$(DESTDIR)$(PREFIX)/share/$(page)' &&) true
	rm -rf '$(DESTDIR)$(PREFIX)/share/mljudge/languages' '$(DESTDIR)$(PREFIX)/share/mljudge/problems' \
	       '$(DESTDIR)$(PREFIX)/share/mljudge/attacks'
	cp -R judge/languages '$(DESTDIR)$(PREFIX)/share/mljudge/languages'
	install -m 644 judge/report.schema.json '$(DESTDIR)$(PREFIX)/share/mljudge/report.schema.json'
	cp -R problems '$(DESTDIR)$(PREFIX)/share/mljudge/problems'
	cp -R tests/attacks '$(DESTDIR)$(PREFIX)/share/mljudge/attacks'
	find '$(DESTDIR)$(PREFIX)/share/mljudge' -name __pycache__ -prune -exec rm -rf {} +
	@$(call bytecode,'$(DESTDIR)$(PREFIX)/share/mljudge/languages/python')
	find '$(DESTDIR)$(PREFIX)/share/mljudge' -type d -exec chmod 755 {} +
	find '$(DESTDIR)$(PREFIX)/share/mljudge' -type f -exec chmod 644 {} +
uninstall:
	rm -rf '$(DESTDIR)$(PREFIX)/share/mljudge' '$(DESTDIR)$(PREFIX)/libexec/mljudge'
	rm -f '$(DESTDIR)$(PREFIX)/bin/mljudge' $(foreach page,$(PAGES),'$(DESTDIR)$(PREFIX)/share/$(page)')

clean:
	rm -rf $(O)

# ---- for developers ----

FORMAT_SRC := $(C_SRC) $(HEADERS) $(wildcard tests/unit/*.[ch] tests/fuzz/*.[ch] tests/container/*.[ch] tests/survival/*.c)
format:
	clang-format -i $(FORMAT_SRC)

# Each header compiles alone.
header-check: $(OBJ)/generated/version.h
	@for h in $(HEADERS); do \
	   $(CC) $(CPPFLAGS) -std=gnu17 $(WARN) -Werror -fsyntax-only -include $$h -x c /dev/null || exit 1; done

# Fails on findings that are not in tools/analyze.known.
analyze: $(OBJ)/generated/filters.inc $(OBJ)/generated/version.h
	@tools/analyze $(C_SRC) -- $(CPPFLAGS) -std=gnu17 $(WARN)

# Length of files and functions, a mirror and no rule.
stats:
	@tools/stats $(C_SRC)

ifneq ($(MAKECMDGOALS),clean)
-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
endif
