// SPDX-License-Identifier: GPL-2.0
/*
 * Each call below is one way to treat -EPROBE_DEFER; those of functions bad_*() are to be
 * reported, and nothing else.
 */

static void bad_address(struct device *dev, struct net_device *ndev)
{
	int ret;

	ret = device_get_ethdev_address(dev, ndev);
	if (ret) {
		eth_hw_addr_random(ndev);
		dev_warn(dev, "random address, as there is none: %d\n", ret);
	}
}

static int bad_at_once(struct device *dev, u8 *addr)
{
	if (nvmem_get_mac_address(dev, addr))
		return -ENODEV;
	if (!of_get_mac_address(dev->of_node, addr))
		return 0;
	return -EINVAL;
}

static int bad_pointer(struct device *dev, struct field *field)
{
	field->clk = devm_clk_get(dev, "core");
	if (IS_ERR(field->clk))
		field->clk = NULL;
	field->reset = devm_reset_control_get_exclusive(dev, NULL);
	if (IS_ERR(field->reset)) {
		dev_err(dev, "no reset\n");
		return -ENODEV;
	}
	field->cell = nvmem_cell_get(dev, "trim");
	if (!IS_ERR(field->cell))
		field_trim(field);
	return 0;
}

static void bad_twice(struct device *dev, struct net_device *ndev)
{
	int ret;

	ret = of_get_ethdev_address(dev->of_node, ndev);
	if (ret || !is_valid_ether_addr(ndev->dev_addr))
		eth_hw_addr_random(ndev);
}

static int good_returned(struct device *dev, struct field *field)
{
	int ret;

	field->clk = devm_clk_get(dev, "bus");
	if (IS_ERR(field->clk))
		return PTR_ERR(field->clk);
	field->reset = devm_reset_control_get_exclusive(dev, NULL);
	if (IS_ERR(field->reset))
		return dev_err_probe(dev, PTR_ERR(field->reset), "no reset\n");
	ret = device_get_mac_address(dev, field->addr);
	if (ret == -EPROBE_DEFER)
		return ret;
	ret = of_get_mac_address(dev->of_node, field->addr);
	if (ret) {
		if (ret == -EPROBE_DEFER)
			return ret;
		eth_random_addr(field->addr);
	}
	field->power = devm_regulator_get_optional(dev, "core");
	if (!field->power)
		field_uses_its_own(field);
	if (IS_ERR(field->power))
		return PTR_ERR(field->power);
	field->pwm = devm_pwm_get(dev, NULL);
	if (IS_ERR(field->pwm)) {
		field->error = PTR_ERR(field->pwm);
		field->pwm = NULL;
	}
	field->gpio = devm_gpiod_get(dev, "enable", GPIOD_OUT_LOW);
	if (IS_ERR(field->gpio)) {
		ret = PTR_ERR(field->gpio);
		goto failed;
	}
	return devm_regulator_get_enable(dev, "vcc");
failed:
	return ret;
}

/* No probe calls it. */
static void later(struct device *dev, struct net_device *ndev)
{
	if (device_get_ethdev_address(dev, ndev))
		eth_hw_addr_random(ndev);
}

static int field_probe(struct platform_device *pdev)
{
	struct field *field = platform_get_drvdata(pdev);
	struct device *dev = &pdev->dev;
	int ret;

	bad_address(dev, field->ndev);
	bad_twice(dev, field->ndev);
	ret = bad_at_once(dev, field->addr);
	if (ret)
		return ret;
	ret = bad_pointer(dev, field);
	if (ret)
		return ret;
	return good_returned(dev, field);
}

static struct platform_driver field_driver = {
	.probe = field_probe,
	.driver = { .name = "field" },
};
