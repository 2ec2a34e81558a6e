"""Error rates on labelled pictures: protocols, intervals, plots, report."""
