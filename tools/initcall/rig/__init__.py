# SPDX-License-Identifier: GPL-2.0
"""The rig: a virtual machine with a TPM over FF-A, and what its boots have shown."""
