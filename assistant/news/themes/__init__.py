"""What documents have in common, and who is named in them: groups, their names, and the sentences that tell of them."""
