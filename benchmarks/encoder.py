"""Compare the prepared encoder with sentence-transformers in single precision, on the same texts.

    python -m benchmarks.encoder FOLDER

FOLDER holds ``squad/corpus/`` and ``squad/questions.jsonl`` in the format of ``citewell eval``. Both encoders use the
physical cores that this process may use, or OMP_NUM_THREADS. Speeds are ratios of rounds that alternate; a question
counts as found where a passage of the right document holds an answer.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto, helper
from sentence_transformers import SentenceTransformer

from assistant.evaluation.question_set import Question, read_questions
from assistant.indexing import Embedder
from assistant.indexing.passages import split
from assistant.models.embedder import Vectors, packaged_model_folder
from assistant.models.onnx_encoder import usable_cores
from assistant.reading import load, read, reader_for
from assistant.settings import PACKAGED_MODEL, Settings

BATCH_SIZE = 32
ROUNDS = 3
TEXTS_PER_ROUND = 120
QUERIES = 50
PRODUCTS = 40

Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Text:
    """What is embedded of a passage, and the document it is from."""

    source: str
    embedded: str


def texts_of(corpus: Path, embedder: Embedder) -> list[Text]:
    found = []
    for path in sorted(corpus.iterdir()):
        document = read(reader_for(path.name), path.name, load(path))
        spans = list(split(document, embedder.count_tokens, embedder.maximum_tokens))
        found += [Text(path.name, span.embedded_text) for span in spans]
    return found


def seconds(encode: Encode, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    encode(texts)
    return time.perf_counter() - start


def compare_speed(single: Encode, prepared: Encode, texts: Sequence[str]) -> None:
    step = max(1, len(texts) // TEXTS_PER_ROUND)
    rounds = [(seconds(single, some), seconds(prepared, some)) for some in [texts[::step]] * ROUNDS]
    count = len(texts[::step])
    print(f"single precision  {count / median(slow for slow, _ in rounds):6.1f} passages/s")
    print(f"prepared          {count / median(fast for _, fast in rounds):6.1f} passages/s")
    ratios = sorted(slow / fast for slow, fast in rounds)
    print(f"ratio             {median(ratios):6.2f} (rounds {ratios[0]:.2f} to {ratios[-1]:.2f})")


def compare_latency(single: Encode, prepared: Encode, questions: Sequence[str]) -> None:
    for name, encode in (("single precision", single), ("prepared", prepared)):
        taken = [seconds(encode, [question]) for question in questions[:QUERIES]]
        print(f"one question      {median(taken) * 1000:6.2f} ms {name}")


def operations_per_token(tokens: float) -> float:
    """Multiplications and additions that MiniLM-L6 spends on one token of a text of so many.

    Six layers of four products by 384 x 384, two by 384 x 1,536, and two of each token with all others.
    """
    return 6 * 2 * (4 * 384 * 384 + 2 * 384 * 1_536 + 2 * tokens * 384)


def peak_operations_per_second() -> float:
    """What the cores reach together on one large int8 matrix product by onnxruntime, over and over."""
    weights = helper.make_tensor(
        "b", TensorProto.INT8, (1_536, 1_536), np.ones((1_536, 1_536), np.int8).tobytes(), raw=True
    )
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, (1_024, 1_536))],
        [helper.make_tensor_value_info("c", TensorProto.INT32, (1_024, 1_536))],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = usable_cores()
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feed = {"a": np.ones((1_024, 1_536), np.uint8)}
    taken = []
    for _ in range(PRODUCTS):
        start = time.perf_counter()
        session.run(None, feed)
        taken.append(time.perf_counter() - start)
    return 2 * 1_024 * 1_536 * 1_536 / min(taken)


def compare_bound(embedder: Embedder, texts: Sequence[str]) -> None:
    some = texts[:: max(1, len(texts) // TEXTS_PER_ROUND)]
    counts = [2 + min(count, embedder.maximum_tokens) for count in embedder.count_tokens(some)]
    done = sum(count * operations_per_token(count) for count in counts)
    reached, peak = done / min(seconds(embedder.embed, some) for _ in range(ROUNDS)), peak_operations_per_second()
    print(f"tokens            {np.mean(counts):.0f} a passage, {done / sum(counts) / 1e6:.1f} MOP each")
    print(f"operations        {reached / 1e9:.0f} of {peak / 1e9:.0f} GOP/s, {reached / peak:.2f} of the peak")


def compare_vectors(expected: Vectors, found: Vectors, alone: Vectors) -> None:
    cosines = np.sum(expected * found, axis=1)
    print(f"cosine            {cosines.mean():.4f} on average, {cosines.min():.4f} at least")
    print(f"alone or amid     {np.abs(found[: len(alone)] - alone).max():.6f} the largest difference of a number")


def reciprocal_ranks(vectors: Vectors, texts: Sequence[Text], asked: Vectors, questions: Sequence[Question]) -> Vectors:
    """One over the rank of the first passage that holds an answer, for each question that has one."""
    ranks = []
    for question, row in zip(questions, asked @ vectors.T, strict=True):
        sources = {evidence.source for evidence in question.evidence}
        right = [text.source in sources and any(a in text.embedded for a in question.answers) for text in texts]
        if any(right):
            ranks.append(1 / (1 + np.argmax(np.array(right)[np.argsort(-row)])))
    return np.array(ranks, dtype=np.float32)


def main(folder: Path) -> None:
    torch.set_num_threads(usable_cores())
    model = SentenceTransformer(str(packaged_model_folder()), device="cpu", local_files_only=True)
    embedder = Embedder(PACKAGED_MODEL, Settings().cache_dir)
    embedder.prepare()

    def single(texts: Sequence[str]) -> Vectors:
        return np.asarray(
            model.encode(list(texts), batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False)
        )

    questions = [each for each in read_questions(folder / "squad" / "questions.jsonl").questions if each.answerable]
    asked = [question.question for question in questions]
    texts = texts_of(folder / "squad" / "corpus", embedder)
    embedded = [text.embedded for text in texts]
    print(f"{len(texts)} passages, {len(questions)} questions, {usable_cores()} threads")
    compare_speed(single, embedder.embed, embedded)
    compare_latency(single, embedder.embed, asked)
    compare_bound(embedder, embedded)
    expected, found = single(embedded), embedder.embed(embedded)
    compare_vectors(expected, found, np.concatenate([embedder.embed([text]) for text in embedded[:20]]))
    for name, vectors, encode in (("single precision", expected, single), ("prepared", found, embedder.embed)):
        ranks = reciprocal_ranks(vectors, texts, encode(asked), questions)
        print(
            f"vectors alone     {(ranks == 1).mean():.3f} found first, {(ranks >= 0.25).mean():.3f} in four, "
            f"mean reciprocal rank {ranks.mean():.3f} {name}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
