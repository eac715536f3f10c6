# SPDX-License-Identifier: GPL-2.0
"""make check-arch: KUnit and the rig on other architectures and in other configurations."""
