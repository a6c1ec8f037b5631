"""The figures: periods, working time, definitions, intervals, small numbers."""
