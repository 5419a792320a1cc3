"""A plain word search among the contexts, which finds texts that share a question's words."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import tantivy

_WORD = re.compile(r"[a-z0-9]{2,}")


def search_among(contexts: Sequence[str], count: int = 30) -> Callable[[str, str], Sequence[str]]:
    """A function `(question, context) -> contexts`: the `count` best for the question, other than `context` itself."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="en_stem")
    builder.add_integer_field("number", stored=True)
    index = tantivy.Index(builder.build())
    texts = sorted(set(contexts))
    writer = index.writer(64_000_000, 1)
    for number, text in enumerate(texts):
        writer.add_document(tantivy.Document(words=" ".join(_WORD.findall(text.lower())), number=number))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    @lru_cache(maxsize=200_000)
    def best(question: str) -> tuple[int, ...]:
        words = " ".join(_WORD.findall(question.lower()))
        found = searcher.search(index.parse_query(words, ["words"]), count + 1) if words else None
        return tuple(searcher.doc(address)["number"][0] for _, address in found.hits) if found else ()

    return lambda question, context: [texts[n] for n in best(question) if texts[n] != context][:count]
