# SPDX-License-Identifier: GPL-2.0
"""The overlay: what is put into a kernel tree, and taken out again."""
