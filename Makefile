# SPDX-License-Identifier: GPL-2.0
#
# Front door. "make" prints what there is.

KERNEL ?= 7.3
MODE ?= report

# What the user says is taken as it is: neither make nor the shell looks for variables or
# quotation marks in it. Nor do other makes that are started from here get to see it.
SAID := BASE COMMAND FIRST GRAPH JOBS KDIR KERNEL LEVELS M MACHINES MODE N ONLY SEED SSHLOGINFILE \
	VMLINUX WRITE
$(foreach name,$(SAID),$(if $(filter undefined,$(origin $(name))),,\
	$(eval export override $(name) := $$(value $(name)))))
MAKEOVERRIDES :=

# What is wrong with that is said before anything is installed, if there is a Python to do it.
front = @! command -v python3 >/dev/null || python3 tools/front.py --arguments $@ && \
	tools/packages.sh $$(cat $(addprefix tools/packages-,run $(1))) && python3 tools/front.py $@

.DEFAULT_GOAL := help
.PHONY: help run boards boards-table bench discover torture shrink check check-full install \
	uninstall cocci cocci-check clean

help:
	@echo 'make run                  boot Linux without and with the framework, show whether IMA finds the TPM'
	@echo 'make boards               the same for two boards with a TPM on I2C'
	@echo 'make boards-table         boot these 20 times with each of six kernels, idle and under load; an hour'
	@echo 'make bench                measure what it costs, write Documentation/driver-api/initcall_depends_bench*;'
	@echo '                          it builds three kernels, an hour and a half'
	@echo 'make discover             find out from kernels without our declarations which ones are missing;'
	@echo '                          MACHINES="plain pkvm virt", WRITE=<tree> writes them into a kernel tree'
	@echo 'make torture N=200        boot that many random orders of initcalls; LEVELS="all", "each" or some, FIRST=<seed>,'
	@echo '                          MACHINES="plain pkvm", JOBS=2, SSHLOGINFILE=<file> for more machines, BASE=add=...'
	@echo 'make shrink SEED=7        find out which missing declaration makes that order fail; MACHINES, LEVELS and BASE'
	@echo '                          as above; or VMLINUX=<file> with COMMAND=<what boots it with $$INITCALL_DEPENDS>'
	@echo 'make check                all tests; ends in "N passed, N failed"; ONLY=<group>,... does some groups of them'
	@echo 'make check-full           these, all boards, and boots with KASAN, UBSAN, lockdep, kmemleak, KCSAN'
	@echo 'make install KDIR=<tree>  put the framework into a kernel source tree; SETS="netlink pairs" adds optional'
	@echo '                          declarations, CONVERSIONS=no leaves out all of them'
	@echo 'make uninstall KDIR=<tree>  take it out again; CHANGED=keep|restore for files changed since the install'
	@echo 'make initcall-graph       build ./initcall-graph, which shows the order of a kernel image'
	@echo "make cocci KDIR=<tree>    find drivers that rely on deferred probing; MODE=report|org|context|patch|apply (now $$MODE),"
	@echo '                          M=<folder> for consumers in one folder only'
	@echo 'make cocci-check          convert a copy of the whole tree, compile what has changed, boot it; takes long'
	@echo 'make clean                remove what was built, keep downloads'
	@echo
	@echo "KERNEL=7.3|7.2|6.12       which kernel source to fetch, for run and check (now $$KERNEL)"
	@echo 'KDIR=<tree>               use this kernel source tree instead, nothing is downloaded or changed'
	@echo 'INITCALL_CACHE=<folder>   where sources, builds and logs are kept;'
	@echo '                          default $${XDG_CACHE_HOME:-~/.cache}/initcall-depends'

run:
	$(call front)

boards boards-table:
	$(call front,boards)

discover torture shrink:
	$(call front,orders)

bench:
	$(call front,bench)

check cocci-check:
	$(call front,check)

check-full:
	$(call front,boards check)

# Quotation marks and variables of the shell in these are left alone.
install uninstall: export override KDIR := $(value KDIR)
install: export override SETS := $(value SETS)
uninstall: export override CHANGED := $(value CHANGED)

install:
ifneq ($(filter-out no,$(CONVERSIONS)),)
	@echo 'error: CONVERSIONS= takes "no" only' >&2; exit 1
endif
	@tools/packages.sh coccinelle git libpython3-dev python3
	@python3 tools/overlay/overlay.py install $(if $(SETS),--sets "$$SETS") \
		$(if $(CONVERSIONS),--without-conversions) -- "$$KDIR"

uninstall:
	@tools/packages.sh coccinelle git libpython3-dev python3
	@python3 tools/overlay/overlay.py uninstall $(if $(CHANGED),--changed "$$CHANGED") -- "$$KDIR"

# In a kernel tree, scripts/initcall-graph/Makefile does this.
initcall-graph: $(wildcard scripts/initcall-graph/*.[ch] scripts/initcall-graph/include/linux/*.h \
		kernel/initcall_depends/*.[ch])
	@tools/packages.sh gcc libc6-dev libelf-dev
	$(CC) -O2 -Wall -Wextra -std=gnu11 -Iscripts/initcall-graph/include -o $@.new \
		scripts/initcall-graph/*.c -lelf
	@mv $@.new $@

# "~" at the start is expanded here, as not all shells do so.
cocci:
	@tools/packages.sh coccinelle libpython3-dev python3 >&2
	@case "$$KDIR" in '~' | '~/'*) KDIR=$$HOME$${KDIR#?} ;; esac; \
	python3 scripts/initcall_cocci.py --cache "$${INITCALL_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/initcall-depends}/cocci" --mode "$$MODE" -- "$$KDIR" $${M:+"$$M"}

clean:
	@python3 tools/front.py clean
	@rm -f initcall-graph initcall-graph.new
