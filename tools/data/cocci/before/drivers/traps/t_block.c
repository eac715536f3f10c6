// SPDX-License-Identifier: GPL-2.0
/* A list that others fill, by a function that is no C to spatch. */
#include <linux/module.h>

static LIST_HEAD(blocks);

static void add(struct t_block *new)
{
	list_add_tail(&new->node, &blocks);
}

struct t_block *t_block_find(const char *name)
{
	struct t_block *each;

	list_for_each_entry(each, &blocks, node)
		if (!strcmp(each->name, name))
			return each;

	return NULL;
}
EXPORT_SYMBOL_GPL(t_block_find);

static int t_block_probe(struct platform_device *pdev)
{
	return 0;
}

int t_block_register(struct t_block *new)
{
	LOCKED_PART(new, {
		if (new->ready
			add(new);
	});

	return 0;
}
EXPORT_SYMBOL_GPL(t_block_register);

static struct platform_driver t_block_driver = {
	.probe = t_block_probe,
	.driver = {
		.name = "t_block",
	},
};
module_platform_driver(t_block_driver);

MODULE_DESCRIPTION("t_block");
MODULE_LICENSE("GPL");
