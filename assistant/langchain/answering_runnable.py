"""`Assistant.ask` as a LangChain runnable."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

from langchain_core.runnables import RunnableConfig, RunnableSerializable

from assistant.langchain.awaited_parts import awaited_parts
from assistant.langchain.chain_input import ChainInput, question_in
from assistant.langchain.narrowed_corpus import NarrowedCorpus
from assistant.types import Answer


class Citewell(NarrowedCorpus, RunnableSerializable[ChainInput, Answer]):
    """A question or messages in, the `Answer` with its citations out.

    The last message asks; what users and assistants said before it is the conversation. A mapping names a ``question``
    or ``messages``, and filters, which then take the place of this runnable's own. ``model`` is who writes, as
    `Assistant.ask` says. Raises what that raises, and QuestionError where the input does not ask.

    `stream` and `astream` give the answer as it grows, each part all of it so far; a step that takes no parts is given
    the last one. The asynchronous methods ask in a thread; when they are cancelled, a language model's work ends.
    """

    model: str | None = None

    def invoke(self, input: ChainInput, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The whole answer."""
        return self._call_with_config(self._whole, input, config, **kwargs)

    async def ainvoke(self, input: ChainInput, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The whole answer."""
        return await self._acall_with_config(self._awaited_whole, input, config, **kwargs)

    def stream(self, input: ChainInput, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:
        """The answer as it grows."""
        yield from self._transform_stream_with_config(iter([input]), self._each_grown, config, **kwargs)

    async def astream(
        self, input: ChainInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Answer]:
        """The answer as it grows."""

        async def inputs() -> AsyncIterator[ChainInput]:
            yield input

        parts: Any = self._atransform_stream_with_config(inputs(), self._each_awaited, config, **kwargs)
        async with aclosing(parts):
            async for part in parts:
                yield part

    def _asking(self, given: ChainInput) -> dict[str, Any]:
        """What `Assistant.ask` is called with."""
        asked = question_in(given)
        filters = {**self.narrowing, **asked.narrowing}
        return {"question": asked.question, "history": asked.history, "model": self.model, **filters}

    def _whole(self, given: ChainInput) -> Answer:
        return self.assistant.ask(**self._asking(given))

    async def _awaited_whole(self, given: ChainInput) -> Answer:
        async with aclosing(self._awaited(given)) as parts:
            return [part async for part in parts][-1]

    def _awaited(self, given: ChainInput) -> AsyncGenerator[Answer, None]:
        return awaited_parts(lambda stop: self.assistant.stream(**self._asking(given), stop=stop))

    def _each_grown(self, inputs: Iterator[ChainInput]) -> Iterator[Answer]:
        for given in inputs:
            yield from self.assistant.stream(**self._asking(given))

    async def _each_awaited(self, inputs: AsyncIterator[ChainInput]) -> AsyncIterator[Answer]:
        async for given in inputs:
            async with aclosing(self._awaited(given)) as parts:
                async for part in parts:
                    yield part
