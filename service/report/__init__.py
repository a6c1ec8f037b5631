"""Figures as a person or a spreadsheet reads them."""
