"""Tests that every engine of the index must pass, for whoever writes one. They alone of all that is here need pytest.

    from assistant.indexing import Engine
    from assistant.testing import VectorIndexContract

    class TestMyVectors(VectorIndexContract):
        engine = Engine("mine", MyVectors)

They use pytest's ``tmp_path``. What an engine promises beyond results, such as speed, and what it does where a disk
refuses or is cut short in the middle of a file, is for its own tests.
"""

import pytest

pytest.register_assert_rewrite("assistant.testing.lexical_index", "assistant.testing.vector_index")

from assistant.testing.lexical_index import LexicalIndexContract  # noqa: E402  registered first, to show what differs
from assistant.testing.vector_index import VectorIndexContract  # noqa: E402

__all__ = ["VectorIndexContract", "LexicalIndexContract"]
