"""Two people at the page at once, while files are added."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.sessions import together
from tests.browser import CHROMIUM, NO_CHROMIUM


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
@pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated")
@pytest.mark.filterwarnings("ignore:The copy keyword is deprecated")
def test_answers_are_not_mixed_up_and_stay_while_files_are_added(tmp_path: Path) -> None:
    seconds, wrong = together(tmp_path, files=10, questions=3)
    assert wrong == []
    assert len(seconds) == 6
