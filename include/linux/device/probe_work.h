/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DEVICE_PROBE_WORK_H_
#define _DEVICE_PROBE_WORK_H_

/* A probe that goes on after it has returned. A driver selects DRIVER_PROBE_WORK. */

struct device;

void device_probe_work_begin(struct device *dev);
void device_probe_work_end(struct device *dev);

#endif /* _DEVICE_PROBE_WORK_H_ */
