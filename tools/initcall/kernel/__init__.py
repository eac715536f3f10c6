# SPDX-License-Identifier: GPL-2.0
"""Kernel trees: where their source comes from, how they are built."""
