"""Reports for people and decision files from people: CSV, Excel workbook, one-page summary."""
