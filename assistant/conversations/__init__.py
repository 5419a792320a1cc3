"""Conversations as their owners keep them: stored, searched, and taken elsewhere."""
