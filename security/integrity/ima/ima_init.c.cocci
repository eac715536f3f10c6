// SPDX-License-Identifier: GPL-2.0
// The TPM that IMA looks for may have been deferred.

@settle@
@@
ima_init(void)
{
...
+ tpm_settle();
ima_tpm_chip = tpm_default_chip();
...
}
