"""Who may read and change which collection, and what is left of what was kept once somebody may not any more."""
