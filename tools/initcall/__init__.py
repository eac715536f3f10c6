# SPDX-License-Identifier: GPL-2.0
"""Tools for initcall_depends(): build, boot, find, measure and check."""
