# SPDX-License-Identifier: GPL-2.0
"""Boards with a TPM on I2C."""
