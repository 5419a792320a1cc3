"""The corpus for LangChain: as retrievers, as a runnable that answers, and as a tool for agents."""

from assistant.langchain.agent_tool import CitewellTool
from assistant.langchain.answering_runnable import Citewell
from assistant.langchain.retrievers import CorpusRetriever, PositionRetriever, SubjectRetriever

__all__ = ["CorpusRetriever", "PositionRetriever", "SubjectRetriever", "Citewell", "CitewellTool"]
