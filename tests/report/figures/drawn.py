"""What a figure says and measures."""

import matplotlib as mpl

from adcurate.report.figures.style import MM_PER_INCH


def words(figure):
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


def width_mm(figure):
    return round(float(figure.get_size_inches()[0]) * MM_PER_INCH, 1)
