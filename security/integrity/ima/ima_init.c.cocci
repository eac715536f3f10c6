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

// Its name says that something may have been read before it. Linux before 7.3 has one name only.
@@
statement late, plain;
@@
ima_add_boot_aggregate(void)
{
<...
- if (IS_ENABLED(CONFIG_IMA_INIT_LATE_SYNC))
+ if (IS_ENABLED(CONFIG_IMA_INIT_LATE_SYNC) || tpm_settle_started)
	late
else
	plain
...>
}
