"""Everything people made, in one file: taken while Citewell is used, and put back elsewhere."""

from assistant.backups.restoring import Restored, restore
from assistant.backups.taking import Taken, take

__all__ = ["Restored", "Taken", "restore", "take"]
