# SPDX-License-Identifier: GPL-2.0
"""What ordering costs."""
