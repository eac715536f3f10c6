/* SPDX-License-Identifier: GPL-2.0 */
#define __nonstring	__attribute__((__nonstring__))
