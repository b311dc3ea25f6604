"""Are the images good enough to be measured?"""
