"""Find all: what is looked for, every document where it stands, and their count as an answer."""
