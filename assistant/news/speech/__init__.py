"""Who speaks, and what is said: quotations and reported speech in a text."""
