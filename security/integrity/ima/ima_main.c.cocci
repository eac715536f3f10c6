// SPDX-License-Identifier: GPL-2.0
// What tpm_settle() has let escape is counted where IMA has no policy for it.

@process@
@@
process_measurement(...)
{
...
- if (!ima_policy_flag || !S_ISREG(inode->i_mode))
+ if (!ima_policy_flag || !S_ISREG(inode->i_mode)) {
+ 	ima_settle_file(file, func);
	return 0;
+ }
...
}

@load@
expression E;
@@
ima_load_data(enum kernel_load_data_id id, bool contents)
{
...
+ ima_settle_data(id);
ima_enforce = E;
...
}

@report@
@@
init_ima(void)
{
...
if (!error)
	ima_update_policy_flags();
+ ima_settle_report();
return error;
}
