// SPDX-License-Identifier: GPL-2.0
/*
 * Get the TPM bound before IMA and trusted keys look for it, which they do only once.
 *
 * The driver of the TPM, or of something that the TPM needs, may have deferred its probe.
 * deferred_probe_initcall() probes deferred devices again, but it runs after IMA has
 * started. A probe may also be asynchronous and still run. tpm_settle() probes deferred
 * devices and waits for asynchronous probes, if firmware describes a TPM that a driver in
 * this kernel may still bind to.
 *
 * A TPM that firmware does not describe is not waited for: one of Xen (in xenstore), of
 * Loongson's security engine, of an SVSM, and an fTPM in an OP-TEE that is reached through
 * FF-A.
 *
 * For the last one, tpm_ftpm_tee declares with initcall_depends() what it needs.
 */

#define pr_fmt(fmt) "tpm: " fmt

#include <linux/acpi.h>
#include <linux/cache.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/mod_devicetable.h>
#include <linux/of.h>
#include <linux/printk.h>
#include <linux/tpm.h>

/* Longer than a TPM's self test, and than most probes that it may have to wait for. */
#define TPM_SETTLE_TIMEOUT	(30 * HZ)

/* Set when tpm_settle() starts to probe devices: IMA counts what it misses from then on. */
bool tpm_settle_started __ro_after_init;

static bool may_settle __initdata = true;

static int __init tpm_settle_setup(char *str)
{
	return !kstrtobool(str, &may_settle);
}
__setup("tpm_settle=", tpm_settle_setup);

static bool __init tpm_exists(void)
{
	struct tpm_chip *chip = tpm_default_chip();

	if (!chip)
		return false;
	put_device(&chip->dev);
	return true;
}

static int __init any_table(struct acpi_table_header *table)
{
	return 0;
}

/* Without these tables, there may be a TPM 1.2 on the LPC bus; its probe is never deferred. */
static bool __init tpm_in_acpi(void)
{
	if (!IS_BUILTIN(CONFIG_TCG_CRB) && !IS_BUILTIN(CONFIG_TCG_TIS_CORE) &&
	    !IS_BUILTIN(CONFIG_TCG_TIS_I2C_CR50) && !IS_BUILTIN(CONFIG_TCG_TIS_ST33ZP24) &&
	    !IS_BUILTIN(CONFIG_TCG_INFINEON))
		return false;
	return !acpi_table_parse(ACPI_SIG_TPM2, any_table) ||
	       !acpi_table_parse(ACPI_SIG_TCPA, any_table);
}

#define TPM_NODE(_compatible, _built_in) \
	{ .compatible = _compatible, .data = (void *)(unsigned long)(_built_in) }

/*
 * See Documentation/devicetree/bindings/tpm. The name of a node is not enough: NXP has a
 * timer that is called "tpm", too. If the driver is a module, or missing, the TPM cannot
 * come before user space.
 *
 * An fTPM that OP-TEE announces on the TEE bus has no node of its own. The node of OP-TEE
 * counts instead, if the driver for fTPMs is built in.
 */
static const struct of_device_id tpm_nodes[] __initconst = {
	TPM_NODE("tcg,tpm-tis-mmio", IS_BUILTIN(CONFIG_TCG_TIS)),
	TPM_NODE("atmel,at97sc3204", IS_BUILTIN(CONFIG_TCG_TIS)),
	TPM_NODE("socionext,synquacer-tpm-mmio", IS_BUILTIN(CONFIG_TCG_TIS_SYNQUACER)),
	TPM_NODE("tcg,tpm_tis-spi", IS_BUILTIN(CONFIG_TCG_TIS_SPI)),
	TPM_NODE("atmel,attpm20p", IS_BUILTIN(CONFIG_TCG_TIS_SPI)),
	TPM_NODE("infineon,slb9670", IS_BUILTIN(CONFIG_TCG_TIS_SPI)),
	TPM_NODE("st,st33htpm-spi", IS_BUILTIN(CONFIG_TCG_TIS_SPI)),
	TPM_NODE("tcg,tpm-tis-i2c", IS_BUILTIN(CONFIG_TCG_TIS_I2C)),
	TPM_NODE("infineon,slb9673", IS_BUILTIN(CONFIG_TCG_TIS_I2C)),
	TPM_NODE("nuvoton,npct75x", IS_BUILTIN(CONFIG_TCG_TIS_I2C)),
	TPM_NODE("google,cr50",
		 IS_BUILTIN(CONFIG_TCG_TIS_I2C_CR50) ||
		 (IS_BUILTIN(CONFIG_TCG_TIS_SPI) && IS_ENABLED(CONFIG_TCG_TIS_SPI_CR50))),
	TPM_NODE("atmel,at97sc3204t", IS_BUILTIN(CONFIG_TCG_TIS_I2C_ATMEL)),
	TPM_NODE("infineon,tpm_i2c_infineon", IS_BUILTIN(CONFIG_TCG_TIS_I2C_INFINEON)),
	TPM_NODE("infineon,slb9635tt", IS_BUILTIN(CONFIG_TCG_TIS_I2C_INFINEON)),
	TPM_NODE("infineon,slb9645tt", IS_BUILTIN(CONFIG_TCG_TIS_I2C_INFINEON)),
	TPM_NODE("nuvoton,npct501", IS_BUILTIN(CONFIG_TCG_TIS_I2C_NUVOTON)),
	TPM_NODE("nuvoton,npct601", IS_BUILTIN(CONFIG_TCG_TIS_I2C_NUVOTON)),
	TPM_NODE("winbond,wpct301", IS_BUILTIN(CONFIG_TCG_TIS_I2C_NUVOTON)),
	TPM_NODE("st,st33zp24-i2c", IS_BUILTIN(CONFIG_TCG_TIS_ST33ZP24_I2C)),
	TPM_NODE("st,st33zp24-spi", IS_BUILTIN(CONFIG_TCG_TIS_ST33ZP24_SPI)),
	TPM_NODE("IBM,vtpm", IS_BUILTIN(CONFIG_TCG_IBMVTPM)),
	TPM_NODE("IBM,vtpm20", IS_BUILTIN(CONFIG_TCG_IBMVTPM)),
	TPM_NODE("microsoft,ftpm", IS_BUILTIN(CONFIG_TCG_FTPM_TEE)),
	TPM_NODE("linaro,optee-tz", IS_BUILTIN(CONFIG_TCG_FTPM_TEE)),
	{ }
};

/* A node below a disabled bus becomes no device, even if it is not disabled itself. */
static bool __init node_is_available(struct device_node *node)
{
	bool available = true;

	of_node_get(node);
	while (node && available) {
		available = of_device_is_available(node);
		node = of_get_next_parent(node);
	}
	of_node_put(node);
	return available;
}

static bool __init tpm_in_device_tree(void)
{
	const struct of_device_id *match;
	struct device_node *node;

	for_each_matching_node_and_match(node, tpm_nodes, &match) {
		if (match->data && node_is_available(node)) {
			of_node_put(node);
			return true;
		}
	}
	return false;
}

/**
 * tpm_settle() - probe deferred devices now if that may bring a TPM
 *
 * Returns at once if there is a TPM, if none can come, if an earlier call has probed
 * already, or with "tpm_settle=off" on the command line. Otherwise it returns when there
 * is a TPM or nothing more binds. After 30 seconds, it begins no probe and waits for none.
 *
 * Context: initcalls. Probes devices in the calling thread, so no lock may be held.
 */
void __init tpm_settle(void)
{
	unsigned long start = jiffies;
	bool found;

	if (!may_settle || tpm_exists() || !(tpm_in_acpi() || tpm_in_device_tree()))
		return;
	may_settle = false;
	tpm_settle_started = true;
	found = driver_probe_settle(tpm_exists, TPM_SETTLE_TIMEOUT);
	pr_info("%s after probing settled for %u ms\n", found ? "found" : "none found",
		jiffies_to_msecs(jiffies - start));
}
