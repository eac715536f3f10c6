# SPDX-License-Identifier: GPL-2.0
# Time per element over the number of nodes; data, picture and shapes come from order.py.

set terminal svg size 900,700 font "sans-serif,12" background "white"
set output picture
set multiplot layout 2,2 margins 0.09,0.98,0.07,0.88 spacing 0.1,0.13
set logscale xy
set format x "10^{%L}"
set xlabel "nodes"
set ylabel "ns per node and edge"
set xrange [700:150000]
set yrange [5:20000]
set grid
# One key for all four.
set key at screen 0.5,0.98 center top horizontal
do for [i=1:words(shapes)] {
	set title word(shapes, i)
	plot data index i-1 using 1:2 with linespoints linewidth 2 title "initcall\\_order", \
	     "" index i-1 using 1:3 with linespoints title "igraph, sort alone", \
	     "" index i-1 using 1:4 with linespoints title "igraph, from edges", \
	     "" index i-1 using 1:5 with linespoints title "tsort"
	unset key
}
unset multiplot
