/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_PROBES_H
#define _INITCALL_PROBES_H

#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>
#include <linux/types.h>

/* A driver that is of use only when those that it needs are bound. */
struct bench_node {
	struct bench_node *needs[2];
	bool is_bound;
};

int bench_probe(struct platform_device *pdev);

/* Each is a module of its own, as far as the kernel can see. */
#define BENCH_DRIVER(id, first, second)					\
	static struct bench_node id = { .needs = { first, second } };		\
	static const struct of_device_id id##_match[] = {			\
		{ .compatible = #id, .data = &id },				\
		{ }								\
	};									\
	static struct platform_driver id##_driver = {				\
		.probe = bench_probe,						\
		.driver = { .name = #id, .of_match_table = id##_match },	\
	};									\
	builtin_platform_driver(id##_driver)

#endif /* _INITCALL_PROBES_H */
