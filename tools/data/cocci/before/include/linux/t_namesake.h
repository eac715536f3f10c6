/* SPDX-License-Identifier: GPL-2.0 */
struct t_namesake {
	void *of_header;
	void *of_file;
};
