"""Watched questions: kept, asked again when the index has changed, and told of when their answers changed."""
