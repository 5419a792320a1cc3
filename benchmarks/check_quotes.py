"""Check, over real corpora, that every passage and every citation stands where it says it stands.

    python benchmarks/check_quotes.py DATA [SET ...]

DATA holds one folder per set, each with ``corpus/`` and ``questions.jsonl`` (one ``{"question": ...}`` a line). For
each set it indexes the corpus, reads every passage, asks every question, and counts the passages whose text differs
from ``document.text[start:end]`` and the citations whose quote does. Exits with 1 if there is any.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from assistant import Assistant, Settings, open_assistant


def check(assistant: Assistant, questions: list[str]) -> dict[str, int]:
    """How many passages and citations were checked, and how many of them are wrong."""
    counts = {"documents": 0, "passages": 0, "wrong_passages": 0, "citations": 0, "wrong_citations": 0}
    texts = {}
    for record in assistant.documents():
        texts[record.source] = assistant.document(record.source).text
        counts["documents"] += 1
    for question in questions:
        for hit in assistant.search(question):
            passage = hit.passage
            counts["passages"] += 1
            counts["wrong_passages"] += texts[passage.source][passage.start : passage.end] != passage.text
        for citation in assistant.ask(question).citations:
            counts["citations"] += 1
            quoted = texts[citation.passage.source][citation.start : citation.end]
            within = citation.passage.start <= citation.start < citation.end <= citation.passage.end
            counts["wrong_citations"] += not quoted or quoted != citation.quote or not within
    return counts


def main() -> int:
    """Check the sets named on the command line, or all."""
    data = Path(sys.argv[1])
    sets = sys.argv[2:] or sorted(path.parent.name for path in data.glob("*/questions.jsonl"))
    wrong = 0
    for name in sets:
        lines = (data / name / "questions.jsonl").read_text("utf-8").splitlines()
        questions = [json.loads(line)["question"] for line in lines]
        with tempfile.TemporaryDirectory() as index:
            settings = Settings(corpus_dir=data / name / "corpus", index_dir=Path(index))
            with open_assistant(settings) as assistant:
                assistant.sync()
                counts = check(assistant, questions)
        print(json.dumps({"set": name, "questions": len(questions), **counts}))
        wrong += counts["wrong_passages"] + counts["wrong_citations"]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
