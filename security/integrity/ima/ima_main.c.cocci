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

// Linux 7.2 and later look at a compressed module twice: as it is, and unpacked.
@@
identifier id;
@@
process_measurement(..., enum kernel_read_file_id id, ...)
{
<...
- ima_settle_file(file, func);
+ if (id != READING_MODULE_COMPRESSED)
+ 	ima_settle_file(file, func);
...>
}

@data@
identifier id;
@@
ima_post_load_data(..., enum kernel_load_data_id id, ...)
{
+ ima_settle_data(id);
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
