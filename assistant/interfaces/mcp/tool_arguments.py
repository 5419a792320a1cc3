"""What tools are called with: checked, and described for whoever calls them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from assistant.corpus.addresses import is_web_address
from assistant.interfaces.http.request_models import NarrowedRequest, SentValues

MOST_FOUND = 50
MOST_LISTED = 200
MOST_AROUND = 10_000


def _of_the_web(address: str) -> str:
    if not is_web_address(address):
        raise PydanticCustomError("address", "Send an http or https address.")
    return address


WebAddress = Annotated[str, Field(max_length=5_000), AfterValidator(_of_the_web)]


class SearchArguments(NarrowedRequest):
    """What passages are looked for."""

    question: str = Field(description="What is looked for: a question, or words.")
    limit: int = Field(10, ge=1, le=MOST_FOUND, description="How many passages at most.")


class AskArguments(NarrowedRequest):
    """What is to be answered."""

    question: str = Field(description="A whole question that can be understood without what was said before.")


class ReadArguments(SentValues):
    """Which part of a document is to be read."""

    source: str = Field(description="The document, as search, ask and list_documents name it.")
    start: int = Field(0, ge=0, description="Where to begin, in characters; a citation's start.")
    end: int | None = Field(None, ge=0, description="A citation's end. Without it, as much as is read at once.")
    context: int = Field(
        1_500, ge=0, le=MOST_AROUND, description="How many characters before start and after end, where end is given."
    )

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise PydanticCustomError("end", "end must not lie before start.")
        return self


class ListArguments(SentValues):
    """Which of the documents are to be listed."""

    offset: int = Field(0, ge=0, description="The number of the first document, from 0.")
    limit: int = Field(50, ge=1, le=MOST_LISTED, description="How many documents at most.")


class AddArguments(SentValues):
    """A document to be added: a text with its name, or the address of a web page."""

    address: WebAddress | None = Field(None, description="The http or https address of a page to fetch.")
    text: str | None = Field(None, description="The text of a new document, plain or Markdown. Needs a name.")
    name: str | None = Field(None, max_length=200, description="The text's file name, such as notes.md.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(one is not None for one in self.ways()) != 1:
            raise PydanticCustomError("ways", "Give exactly one thing to add, and a name with a text.")
        if (self.text is None) != (self.name is None):
            raise PydanticCustomError("name", "A text needs a name, and only a text has one.")
        return self

    def ways(self) -> tuple[str | None, ...]:
        """The things of which one is to be given."""
        return self.address, self.text


class AddOnThisComputer(AddArguments):
    """A document to be added, also a file of this computer's."""

    path: str | None = Field(None, description="A file or folder of this computer.", max_length=5_000)

    def ways(self) -> tuple[str | None, ...]:
        """The things of which one is to be given."""
        return *super().ways(), self.path
