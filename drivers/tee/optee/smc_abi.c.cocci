// SPDX-License-Identifier: GPL-2.0

@dev@
identifier pdev;
expression optee;
@@
optee_probe(struct platform_device *pdev)
{
...
+ optee->dev = &pdev->dev;
optee->rpmb_intf.notifier_call = optee_rpmb_intf_rdev;
...
}
