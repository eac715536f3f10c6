# SPDX-License-Identifier: GPL-2.0
#
# Front door. "make" tells what there is.

KERNEL ?= 7.3
export KERNEL KDIR
# What make discover, make torture and make shrink do.
export BASE FIRST GRAPH JOBS LEVELS MACHINES N SEED SSHLOGINFILE VMLINUX WRITE
# It has variables of the shell in it, which make leaves alone here.
export COMMAND := $(value COMMAND)
MODE ?= report

.DEFAULT_GOAL := help
.PHONY: help run boards boards-table bench discover torture shrink check check-full install uninstall cocci cocci-check clean packages packages-bench packages-boards packages-check packages-full

help:
	@echo 'make run                  boot Linux without and with the framework, show who finds the TPM'
	@echo 'make boards               the same for two boards with a TPM on I2C'
	@echo 'make boards-table         boot these 20 times with each of six kernels, idle and under load; an hour'
	@echo 'make bench                measure what it costs, write Documentation/driver-api/initcall_depends_bench*;'
	@echo '                          it builds three kernels, an hour and a half'
	@echo 'make discover             let kernels without our declarations tell which ones are missing;'
	@echo '                          MACHINES="plain pkvm virt", WRITE=<tree> writes them into a kernel tree'
	@echo 'make torture N=200        boot that many random orders of initcalls; LEVELS="all", "each" or some, FIRST=<seed>,'
	@echo '                          MACHINES="plain pkvm", JOBS=2, SSHLOGINFILE=<file> for more machines, BASE=add=...'
	@echo 'make shrink SEED=7        find out which missing declaration makes that order fail; MACHINES, LEVELS and BASE'
	@echo '                          as above; or VMLINUX=<file> with COMMAND=<what boots it with $$INITCALL_DEPENDS>'
	@echo 'make check                all tests; ends in "N passed, N failed"'
	@echo 'make check-full           these, all boards, and boots with KASAN, UBSAN, lockdep, kmemleak, KCSAN'
	@echo 'make install KDIR=<tree>  put the framework into a kernel source tree'
	@echo 'make uninstall KDIR=<tree>  take it out again'
	@echo 'make initcall-graph       build ./initcall-graph, which shows the order of a kernel image'
	@echo 'make cocci KDIR=<tree>    who lives from deferred probing; MODE=report|org|context|patch|apply (now $(MODE)),'
	@echo '                          M=<folder> for consumers in one folder only'
	@echo 'make cocci-check          convert a copy of the whole tree, compile what has changed, boot it; takes long'
	@echo 'make clean                remove what was built, keep downloads'
	@echo
	@echo 'KERNEL=7.3|7.2|6.12       which kernel source to fetch, for run and check (now $(KERNEL))'
	@echo 'KDIR=<tree>               use this kernel source tree instead, nothing is downloaded or changed'
	@echo 'INITCALL_CACHE=<folder>   where sources, builds and logs are kept;'
	@echo '                          default $${XDG_CACHE_HOME:-~/.cache}/initcall-depends'

packages:
	@tools/packages.sh $$(cat tools/packages-run)

packages-boards:
	@tools/packages.sh $$(cat tools/packages-run tools/packages-boards)

packages-bench:
	@tools/packages.sh $$(cat tools/packages-run tools/packages-bench)

packages-orders:
	@tools/packages.sh $$(cat tools/packages-run tools/packages-orders)

packages-check:
	@tools/packages.sh $$(cat tools/packages-run tools/packages-check)

packages-full:
	@tools/packages.sh $$(cat tools/packages-run tools/packages-boards tools/packages-check)

run: packages
	@python3 tools/front.py run

boards boards-table: packages-boards
	@python3 tools/front.py $@

discover torture shrink: packages-orders
	@python3 tools/front.py $@

bench: packages-bench
	@python3 tools/front.py bench

check: packages-check
	@python3 tools/front.py check

check-full: packages-full
	@python3 tools/front.py check-full

install uninstall:
	@tools/packages.sh coccinelle git libpython3-dev python3
	@python3 tools/overlay/overlay.py $@ '$(KDIR)'

# In a kernel tree, scripts/initcall-graph/Makefile does this.
initcall-graph: $(wildcard scripts/initcall-graph/*.[ch] scripts/initcall-graph/include/linux/*.h kernel/initcall_depends/*.[ch])
	@tools/packages.sh gcc libc6-dev libelf-dev
	$(CC) -O2 -Wall -Wextra -std=gnu11 -Iscripts/initcall-graph/include -o $@.new scripts/initcall-graph/*.c -lelf
	@mv $@.new $@

cocci:
	@tools/packages.sh coccinelle libpython3-dev python3 >&2
	@python3 scripts/initcall-cocci/cocci.py '$(KDIR)' $(if $(M),'$(M)') --mode '$(MODE)'

cocci-check: packages-check
	@python3 tools/front.py cocci-check

clean:
	@python3 tools/front.py clean
	@rm -f initcall-graph initcall-graph.new
