// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that driver_probe_settle() has to deal with.
 *
 * "loader" loads firmware and starts a usermode helper, as far as module parameters ask
 * for it. It is deferred in subsys_initcall(), as its "supplier" appears in
 * device_initcall() only; so it comes before a TPM that is deferred in device_initcall().
 *
 * "slow" is probed asynchronously and takes slow_ms milliseconds, as disks do.
 *
 * "worker" leaves its probe to a work item that takes work_ms milliseconds.
 */

#include <linux/delay.h>
#include <linux/device/probe_work.h>
#include <linux/firmware.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/umh.h>
#include <linux/workqueue.h>

static char *firmware[8];
static int nr_firmware;
module_param_array(firmware, charp, &nr_firmware, 0444);
MODULE_PARM_DESC(firmware, "Names of firmware that the loader loads");

static char *helper;
module_param(helper, charp, 0444);
MODULE_PARM_DESC(helper, "Path of a program that the loader runs");

static unsigned int slow_ms;
module_param(slow_ms, uint, 0444);
MODULE_PARM_DESC(slow_ms, "How long the slow device takes to probe, in ms; 0 is without it");

static unsigned int work_ms;
module_param(work_ms, uint, 0444);
MODULE_PARM_DESC(work_ms, "How long the work of the worker takes, in ms; 0 is without it");

static bool supplier_is_bound;

static void load_firmware(struct device *dev, const char *name)
{
	const struct firmware *data;
	int error = request_firmware(&data, name, dev);

	if (error)
		return;
	dev_info(dev, "loaded %zu bytes from %s\n", data->size, name);
	release_firmware(data);
}

static void run_helper(struct device *dev)
{
	char *argv[2] = { helper };

	dev_info(dev, "%s returned %d\n", helper,
		 call_usermodehelper(helper, argv, NULL, UMH_WAIT_PROC));
}

static int loader_probe(struct platform_device *pdev)
{
	int i;

	if (!READ_ONCE(supplier_is_bound))
		return dev_err_probe(&pdev->dev, -EPROBE_DEFER, "no supplier yet\n");
	for (i = 0; i < nr_firmware; i++)
		load_firmware(&pdev->dev, firmware[i]);
	if (helper)
		run_helper(&pdev->dev);
	return 0;
}

static int supplier_probe(struct platform_device *pdev)
{
	WRITE_ONCE(supplier_is_bound, true);
	return 0;
}

static int slow_probe(struct platform_device *pdev)
{
	msleep(slow_ms);
	dev_info(&pdev->dev, "probed after %u ms\n", slow_ms);
	return 0;
}

static struct device *worker;

static void worker_work_func(struct work_struct *work)
{
	msleep(work_ms);
	dev_info(worker, "worked for %u ms\n", work_ms);
	device_probe_work_end(worker);
}

static DECLARE_WORK(worker_work, worker_work_func);

static int worker_probe(struct platform_device *pdev)
{
	worker = &pdev->dev;
	device_probe_work_begin(worker);
	schedule_work(&worker_work);
	return 0;
}

static struct platform_driver loader_driver = {
	.probe = loader_probe,
	.driver = { .name = "settle-test-loader" },
};

static struct platform_driver supplier_driver = {
	.probe = supplier_probe,
	.driver = { .name = "settle-test-supplier" },
};

static struct platform_driver slow_driver = {
	.probe = slow_probe,
	.driver = {
		.name = "settle-test-slow",
		.probe_type = PROBE_PREFER_ASYNCHRONOUS,
	},
};

static struct platform_driver worker_driver = {
	.probe = worker_probe,
	.driver = { .name = "settle-test-worker", .suppress_bind_attrs = true },
};

static int __init add_device(struct platform_driver *driver)
{
	struct platform_device *pdev;

	pdev = platform_device_register_simple(driver->driver.name, PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	return platform_driver_register(driver);
}

static int __init settle_test_early(void)
{
	return nr_firmware || helper ? add_device(&loader_driver) : 0;
}
subsys_initcall(settle_test_early);

static int __init settle_test_init(void)
{
	int error = slow_ms ? add_device(&slow_driver) : 0;

	if (!error && work_ms)
		error = add_device(&worker_driver);
	if (error)
		return error;
	return nr_firmware || helper ? add_device(&supplier_driver) : 0;
}
device_initcall(settle_test_init);
