# SPDX-License-Identifier: GPL-2.0
#
# Front door. "make" prints what there is; tools/initcall does it.

# What the user says is taken as it is: neither make nor the shell looks for variables or
# quotation marks in it. Nor do other makes that are started from here get to see it.
SAID := ALL ARCHS BASE CHANGED COMMAND CONVERSIONS FIRST FORCE GRAPH JOBS JUNIT KDIR KERNEL LEVELS \
	M MACHINES MODE N ONLY OUT PICTURE SEED SETS SSHLOGINFILE VMLINUX WRITE
export INITCALL_VARIABLES := $(SAID)
export INITCALL_SAID := $(foreach name,$(.VARIABLES),\
	$(if $(filter command,$(origin $(name))),$(name)))
$(foreach name,$(SAID),$(if $(filter undefined,$(origin $(name))),,\
	$(eval export override $(name) := $$(value $(name)))))
MAKEOVERRIDES :=

# Debian's Python, as Debian's packages are for that one.
PYTHON := /usr/bin/python3
export PYTHONPATH := $(CURDIR)/tools
export PYTHONDONTWRITEBYTECODE := 1

as_root = $$([ "$$(id -u)" = 0 ] || echo sudo) apt-get
initcall = @[ -x $(PYTHON) ] || { $(as_root) update && \
	$(as_root) install -y --no-install-recommends python3; } >&2; exec $(PYTHON) -m initcall
# An option with the value that the user has given; with several words.
option = $${$(2):+$(1) "$$$(2)"}
options = $${$(2):+$(1) $$$(2)}
tree = $(call option,--kernel,KERNEL) $(call option,--kdir,KDIR)
checks = $(tree) $(call option,--only,ONLY) $(call option,--junit,JUNIT)
campaign = $(call option,--first,FIRST) $(call option,--jobs,JOBS) \
	$(call option,--sshloginfile,SSHLOGINFILE)
order = $(call options,--levels,LEVELS) $(call option,--base,BASE)

.DEFAULT_GOAL := help
.PHONY: help run boards boards-table bench discover torture shrink check check-full check-arch \
	install uninstall series series-check initcall-graph cocci cocci-check clean switches

help:
	@echo 'make run                  boot Linux without and with the framework, show whether IMA finds the TPM;'
	@echo '                          PICTURE=<file> draws two of these boots there, in SVG'
	@echo 'make boards               the same for two boards with a TPM on I2C'
	@echo 'make boards-table         boot these, and FF-A, 20 times in six ways, idle and under load; rewrites tables in'
	@echo '                          Documentation/; three hours'
	@echo 'make bench                measure what it costs, write Documentation/driver-api/initcall_depends_bench*;'
	@echo '                          ONLY="probes plan memory order modules image" does some of that; all takes two hours'
	@echo 'make discover             find out from kernels without our declarations which ones are missing;'
	@echo '                          MACHINES="plain pkvm virt", WRITE=<tree> writes them into a kernel tree'
	@echo 'make torture N=200        boot that many random orders of initcalls; LEVELS="all", "each" or some, FIRST=<seed>,'
	@echo '                          MACHINES="plain pkvm", JOBS=2, SSHLOGINFILE=<file> for more machines, BASE=add=...'
	@echo 'make shrink SEED=7        find out which missing declaration makes that order fail; MACHINES, LEVELS and BASE'
	@echo '                          as above; or VMLINUX=<file> with COMMAND=<what boots it with $$INITCALL_DEPENDS>'
	@echo 'make check                the tests that take less than an hour; ends in "N passed"; ONLY=<group or test>,... runs some of them,'
	@echo '                          JUNIT=<file> writes the results as JUnit XML, too'
	@echo 'make check-full           these, all boards, and boots with KASAN, UBSAN, lockdep, kmemleak, KCSAN'
	@echo 'make check-arch           KUnit on ten architectures, with LTO, PREEMPT_RT, and so on; ARCHS="riscv arm64-lto"'
	@echo '                          does some rows, FORCE=1 those that have passed, too; JOBS, SSHLOGINFILE as above'
	@echo 'make install KDIR=<tree>  put the framework into a kernel source tree; SETS="netlink pairs" adds optional'
	@echo '                          declarations, CONVERSIONS=no leaves out all of them'
	@echo 'make uninstall KDIR=<tree>  take it out again; CHANGED=keep|restore for files changed since the install'
	@echo 'make series               write patches for the mailing lists, in three series, to OUT=<folder>; a minute;'
	@echo '                          KDIR=<git tree> bases them on its HEAD, and does not change it'
	@echo 'make series-check         compile and test the kernel after each patch, three quarters of an hour; goes on where it was'
	@echo 'make initcall-graph       build ./initcall-graph, which shows the order of a kernel image'
	@echo 'make cocci KDIR=<tree>    find drivers that rely on deferred probing; MODE=report|json|org|context|patch|apply,'
	@echo '                          M=<folder> for consumers in one folder only, ALL=1 declares what is doubtful, too'
	@echo 'make cocci-check          convert a copy of the whole tree, compile what has changed, boot it; takes long'
	@echo 'make clean                remove what was built, keep downloads'
	@echo
	@echo "KERNEL=7.3|7.2|6.12       which kernel source to fetch (default 7.3); 6.12 has no TPM over FF-A to boot"
	@echo 'KDIR=<tree>               unless said otherwise above: use a copy of this tree, and fetch none'
	@echo 'INITCALL_CACHE=<folder>   where sources, builds and logs are kept;'
	@echo '                          default $${XDG_CACHE_HOME:-~/.cache}/initcall-depends'
	@echo
	@echo 'PYTHONPATH=tools python3 -m initcall COMMAND --help says what else each of these can do.'

run:
	$(initcall) $@ $(tree) $(call option,--picture,PICTURE)

boards boards-table:
	$(initcall) $@ $(tree)

bench:
	$(initcall) $@ $(tree) $(call option,--only,ONLY)

discover:
	$(initcall) $@ $(tree) $(call options,--machines,MACHINES) $(call option,--write,WRITE) \
		$(call option,--base,BASE)

torture:
	$(initcall) $@ $(tree) $(call option,--boots,N) $(call options,--machines,MACHINES) $(order) \
		$(campaign)

shrink:
	$(initcall) $@ $(tree) $(call option,--seed,SEED) $(call option,--machine,MACHINES) $(order) \
		$(call option,--vmlinux,VMLINUX) $(call option,--boot,COMMAND) $(call option,--graph,GRAPH)

check check-full cocci-check:
	$(initcall) $@ $(checks)

check-arch:
	$(initcall) $@ $(tree) $(call options,--archs,ARCHS) $(call option,--jobs,JOBS) \
		$(call option,--sshloginfile,SSHLOGINFILE) $(if $(FORCE),--force)

# Switches: what else is said must not be taken for the opposite.
check-arch cocci: switches
switches:
ifneq ($(filter-out 1,$(ALL) $(FORCE)),)
	@echo 'error: $(if $(filter-out 1,$(ALL)),ALL,FORCE)= takes "1" only' >&2; exit 1
endif

install:
ifneq ($(filter-out no,$(CONVERSIONS)),)
	@echo 'error: CONVERSIONS= takes "no" only' >&2; exit 1
endif
	$(initcall) $@ $(call option,--sets,SETS) $(if $(CONVERSIONS),--without-conversions) -- "$$KDIR"

uninstall:
	$(initcall) $@ $(call option,--changed,CHANGED) -- "$$KDIR"

cocci:
	$(initcall) $@ $(call option,--mode,MODE) $(call option,--folder,M) $${ALL:+--all} \
		-- "$$KDIR"

series:
	$(initcall) $@ $(tree) $(call option,--out,OUT)

series-check:
	$(initcall) $@ $(tree)

initcall-graph clean:
	$(initcall) $@
