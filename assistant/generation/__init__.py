"""A language model writes an answer over chosen passages, and every sentence that it writes is checked against them."""
