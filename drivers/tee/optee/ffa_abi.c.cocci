// SPDX-License-Identifier: GPL-2.0

@dev@
identifier ffa_dev;
expression optee;
@@
optee_ffa_probe(struct ffa_device *ffa_dev)
{
...
+ optee->dev = &ffa_dev->dev;
optee->rpmb_intf.notifier_call = optee_rpmb_intf_rdev;
...
}
