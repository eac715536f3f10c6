# SPDX-License-Identifier: GPL-2.0
"""What tries to break initcall-graph and the ordering function."""
