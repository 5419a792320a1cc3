"""Train Citewell's reader: one small encoder that reads a question with a passage, or a claim with its evidence."""
