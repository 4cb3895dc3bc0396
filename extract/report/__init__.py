"""What people look at: the HTML report, the overview in the terminal, the explanation of one text."""
