// SPDX-License-Identifier: GPL-2.0-only
/// -EPROBE_DEFER from a getter that is treated like any other error
///
//# A probe, or a function that it calls, asks for something that another driver
//# provides. If that driver is not bound yet, the answer is -EPROBE_DEFER, and
//# the probe should return it, to be called again. If it goes on without, or
//# returns another error, it will not be called again. What has to be changed
//# depends on what the driver can do without, so there is no patch mode.
//#
//# Looked at are functions that are a .probe in the same file, and those that
//# these call. Not reported are errors that are compared with -EPROBE_DEFER,
//# returned, given to dev_err_probe(), or stored elsewhere.
//
// Confidence: Low
// Options: --no-includes
// Keywords: deferred probing, EPROBE_DEFER

virtual context
virtual org
virtual report

@initialize:python@
@@
import re

reached, looked_at, passed_on, called = set(), set(), set(), []

def is_reached(place):
    return (place.file, place.current_element) in reached

def key(place):
    return place.file, place.line, place.column

@probe@
identifier ops, member =~ "^probe(_new)?$", f;
type T;
position p;
@@
T ops = { .member = f@p, };

@script:python depends on probe@
f << probe.f;
p << probe.p;
@@
reached.add((p[0].file, f))

@call depends on probe@
identifier g;
position p : script:python() { is_reached(p[0]) };
@@
g@p(...)

@script:python@
g << call.g;
p << call.p;
@@
called.append((p[0].file, g))

@script:python depends on probe@
@@
reached.update(called)

// What is asked for, and what the answer is compared with.

@asked depends on probe@
identifier get =~ "^((devm_|of_)?clk_get(_optional)?(_enabled|_prepared)?|of_clk_get_by_name|devm_get_clk_from_child|(devm_)?regulator_get(_optional|_exclusive)?|devm_regulator_get_enable(_optional)?|(devm_)?(fwnode_)?gpiod_get(_index)?(_optional)?|of_get_named_gpio|(devm_)?(of_)?reset_control_get(_optional)?(_exclusive|_shared)?(_by_index)?|(devm_)?phy_(optional_)?get|(devm_)?of_phy_get(_by_index)?|(devm_)?pwm_get|devm_fwnode_pwm_get|dma_request_chan|(devm_)?iio_channel_get|mbox_request_channel(_byname)?|(devm_)?pinctrl_get(_select)?(_default)?|platform_get_irq(_byname)?(_optional)?|of_irq_get(_byname)?|fwnode_irq_get(_byname)?|(devm_|of_)?nvmem_cell_get|(devm_)?nvmem_device_get|nvmem_cell_read_(u8|u16|u32|u64|variable_le_u32|variable_le_u64)|(of|nvmem|device|platform)_get_(mac|ethdev)_address(_nvmem)?|(devm_)?of_icc_get(_by_index)?|(devm_)?(mux_control|mux_state)_get|dev_pm_domain_attach(_by_name|_list)?|devm_backlight_get|devm_of_find_backlight|(devm_)?usb_get_phy(_by_phandle|_by_node)?|drm_of_find_panel_or_bridge|extcon_get_edev_by_phandle|(devm_)?power_supply_get_by_(phandle|reference)|devfreq_get_devfreq_by_phandle|(devm_)?hwspin_lock_get_id)$";
position p : script:python() { is_reached(p[0]) };
@@
get@p(...)

// Its value is only asked whether it is an error.

@at_once@
identifier asked.get;
position asked.p;
statement S1, S2;
@@
(
if (\(get@p(...)\|get@p(...) < 0\|get@p(...) != 0\|IS_ERR(get@p(...))\)) S1 else S2
|
if (\(!get@p(...)\|get@p(...) == 0\|get@p(...) >= 0\|!IS_ERR(get@p(...))\)) S1 else S2
)

@script:python depends on at_once@
p << asked.p;
@@
looked_at.add(key(p[0]))

@kept@
identifier asked.get;
position asked.p;
expression x, E;
statement S1, S2;
@@
x = get@p(...);
(
if (\(IS_ERR(x)\|IS_ERR_OR_NULL(x)\|x\|x < 0\|x != 0\|x <= 0\|x || E\|IS_ERR(x) || E\)) S1 else S2
|
if (\(!IS_ERR(x)\|!IS_ERR_OR_NULL(x)\|!x\|x >= 0\|x == 0\|x > 0\|!x && E\|!IS_ERR(x) && E\)) S1 else S2
)

@script:python depends on kept@
p << asked.p;
@@
looked_at.add(key(p[0]))

// That a pointer is not NULL says nothing about an error.

@null depends on kept@
identifier asked.get;
position asked.p;
expression kept.x, E;
statement S1, S2;
@@
x = get@p(...);
if (\(x\|!x\|x || E\|!x && E\)) S1 else S2

@script:python depends on null@
get << asked.get;
p << asked.p;
@@
if not re.search('irq|address|_read_|regulator_get_enable', get):
    passed_on.add(key(p[0]))

// The error is compared with others, returned, or given to something else.

@compared depends on kept@
identifier asked.get;
position asked.p;
expression kept.x, E1, E2, E3;
statement S2;
@@
x = get@p(...);
if (E1) {
<+...
\(EPROBE_DEFER\|ENOENT\|x == E2\|x != E2\|dev_err_probe(E3, \(x\|PTR_ERR(x)\), ...)\|E2 = x\|E2 = PTR_ERR(x)\|E2 = PTR_ERR_OR_ZERO(x)\)
...+>
} else S2

@script:python depends on compared@
p << asked.p;
@@
passed_on.add(key(p[0]))

@leaves depends on kept@
identifier asked.get, l;
position asked.p;
expression kept.x, E1;
statement S2;
@@
x = get@p(...);
if (E1) {
<+...
(
goto l;
|
return <+... x ...+>;
)
...+>
} else S2

@script:python depends on leaves@
p << asked.p;
@@
passed_on.add(key(p[0]))

@script:python swallowed@
p << asked.p;
@@
if key(p[0]) not in looked_at - passed_on:
    cocci.include_match(False)

@depends on context && swallowed@
identifier asked.get;
position asked.p;
@@
* get@p(...)

@script:python depends on report && swallowed@
get << asked.get;
p << asked.p;
@@
coccilib.report.print_report(p[0], f'-EPROBE_DEFER of {get}() is treated like any other error')

@script:python depends on org && swallowed@
get << asked.get;
p << asked.p;
@@
coccilib.org.print_todo(p[0], f'-EPROBE_DEFER of {get}() is treated like any other error')
