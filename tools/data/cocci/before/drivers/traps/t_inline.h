/* SPDX-License-Identifier: GPL-2.0 */
#include "t_inline_state.h"
