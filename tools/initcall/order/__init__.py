# SPDX-License-Identifier: GPL-2.0
"""Orders of initcalls: which lines are missing, and what random orders show."""
