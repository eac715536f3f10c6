// SPDX-License-Identifier: GPL-2.0
/* An xarray, stored to with flags that look like a variable. */
#include <linux/module.h>
#include <linux/platform_device.h>

static DEFINE_XARRAY(handles);

int p_xarray_use(unsigned long id)
{
	struct p_xarray *p;

	p = xa_load(&handles, id);
	if (!p)
		return -EPROBE_DEFER;

	return p->status;
}
EXPORT_SYMBOL_GPL(p_xarray_use);

static int p_xarray_probe(struct platform_device *pdev)
{
	struct p_xarray *p;

	p = devm_kzalloc(&pdev->dev, sizeof(*p), GFP_KERNEL);
	if (!p)
		return -ENOMEM;

	return xa_err(xa_store(&handles, pdev->id, p, GFP_KERNEL));
}

static struct platform_driver p_xarray_driver = {
	.probe = p_xarray_probe,
};
module_platform_driver(p_xarray_driver);
