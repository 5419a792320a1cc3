"""Start Citewell's chat page with the settings in force: ``python app.py``, then open the address it prints."""

from __future__ import annotations

import sys


def main() -> int:
    """Serve the page until it is interrupted; returns the exit code."""
    from assistant import CitewellError, Settings, open_assistant

    try:
        with open_assistant(Settings()) as assistant, assistant.loading_model():
            from assistant.interfaces.page import serve  # which takes seconds

            serve(assistant, host=assistant.settings.host, port=assistant.settings.port)
    except CitewellError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
