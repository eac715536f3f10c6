# SPDX-License-Identifier: GPL-2.0
#
# Front door. "make" tells what there is.

KERNEL ?= 7.3
export KERNEL KDIR

.DEFAULT_GOAL := help
.PHONY: help run check check-full install uninstall clean packages packages-check

help:
	@echo 'make run                  boot Linux without and with the framework, show who finds the TPM'
	@echo 'make check                all tests; ends in "N passed, N failed"'
	@echo 'make check-full           these, and boots with KASAN, UBSAN, lockdep, kmemleak, KCSAN'
	@echo 'make install KDIR=<tree>  put the framework into a kernel source tree'
	@echo 'make uninstall KDIR=<tree>  take it out again'
	@echo 'make clean                remove what was built, keep downloads'
	@echo
	@echo 'KERNEL=7.3|7.2|6.12       which kernel source to fetch, for run and check (now $(KERNEL))'
	@echo 'KDIR=<tree>               use this kernel source tree instead, nothing is downloaded or changed'
	@echo 'INITCALL_CACHE=<folder>   where sources, builds and logs are kept;'
	@echo '                          default $${XDG_CACHE_HOME:-~/.cache}/initcall-depends'

packages:
	@tools/packages.sh $$(cat tools/packages-run)

packages-check:
	@tools/packages.sh $$(cat tools/packages-run tools/packages-check)

run: packages
	@python3 tools/front.py run

check check-full: packages-check
	@python3 tools/front.py $@

install uninstall:
	@tools/packages.sh coccinelle git libpython3-dev python3
	@python3 tools/overlay/overlay.py $@ '$(KDIR)'

clean:
	@python3 tools/front.py clean
