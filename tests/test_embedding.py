"""Texts become vectors: by a prepared int8 model, by torch where that cannot be, and alike either way."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from sentence_transformers import SentenceTransformer

from assistant import ModelUnavailable
from assistant.indexing import Embedder
from assistant.interfaces.doctor import diagnose
from assistant.models import export, torch_encoder
from assistant.models import prepared as prepared_model
from assistant.models.embedder import Vectors
from assistant.models.embedding_prompts import Prompts, prompts_of
from assistant.models.encoder import EXACT_INT8, INT8, SINGLE, Precision
from assistant.models.model_files import packaged_model_folder
from assistant.models.onnx_encoder import PROBE, OnnxModel, usable_cores
from assistant.models.samples import SAMPLES, checked_texts, least_cosine
from assistant.models.torch_encoder import TorchModel, choose_precision, gpu_is_here
from assistant.settings import PACKAGED_MODEL, Settings
from tests.conftest import assistant_with, write_corpus
from tests.tiny_models import SPARE, SPECIAL, build_bare_model, build_embedding_model

ROOT = Path(__file__).parent.parent
WORDS = ["ada", "lamp", "keeper"]
ADA, LAMP, KEEPER = (len(SPECIAL) + index for index in range(3))
TEXT = "ada lamp keeper"

LIGHTHOUSE = "The last keeper of the lighthouse was Ada Thorne."
ORCHARD = "Apples are picked in September, before the first frost."
TEXTS = [LIGHTHOUSE, ORCHARD, f"{LIGHTHOUSE} {ORCHARD}", "keeper", f"{ORCHARD} " * 30]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of three words whose tokens do not know of one another."""
    return build_embedding_model(tmp_path_factory.mktemp("models") / "tiny", WORDS)


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models exported, which here happens in this process: torch is loaded already."""
    exported: list[str] = []

    def export_once(source: Path, target: Path) -> None:
        exported.append(source.name)
        export.main(source, target)

    monkeypatch.setattr(prepared_model, "_export", export_once)
    return exported


@pytest.fixture(scope="module")
def prepared_once(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which the tiny model is prepared, to be copied."""
    cache = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared_model, "_export", export.main)
        assert opened(Embedder(str(tiny), cache)) is OnnxModel
    return cache


@pytest.fixture
def prepared(prepared_once: Path, tmp_path: Path) -> Path:
    """A cache of one test's own in which the tiny model is prepared."""
    return Path(shutil.copytree(prepared_once, tmp_path / "prepared"))


@pytest.fixture(scope="module")
def single() -> TorchModel:
    """The packaged model in single precision."""
    return TorchModel(PACKAGED_MODEL, packaged_model_folder())


def opened(embedder: Embedder) -> type:
    """How the model of an embedder runs."""
    embedder.prepare()
    return type(embedder._model)


def prepared_files(cache_dir: Path) -> dict[str, bytes]:
    """The content of each file of prepared models, by its name."""
    return {path.name: path.read_bytes() for path in (cache_dir / "models").glob("*/*")}


def strongest(vector: np.ndarray, count: int) -> list[int]:
    """The dimensions in which a vector is largest, in order."""
    return sorted(np.argsort(vector)[-count:].tolist())


class TestThePackagedModel:
    def test_it_runs_as_int8_without_torch_once_it_is_prepared(self, embedder: Embedder, cache_dir: Path) -> None:
        assert opened(embedder) is OnnxModel
        program = (
            "import sys; from pathlib import Path; from assistant.indexing import Embedder;"
            f"Embedder({PACKAGED_MODEL!r}, Path({str(cache_dir)!r})).embed_remembered(['a question']);"
            "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"

    def test_a_process_of_its_own_prepares_it(self, embedder: Embedder, cache_dir: Path) -> None:
        """As for all tests; elsewhere here models are exported in this process."""
        assert opened(embedder) is OnnxModel
        names = "checked.npy checks.json checksums.json facts.json model.onnx product.onnx tokenizer.json"
        assert sorted(prepared_files(cache_dir)) == names.split()

    def test_its_vectors_are_close_to_single_precision(self, embedder: Embedder, single: TorchModel) -> None:
        cosines = np.sum(embedder.embed(TEXTS) * single.embed(TEXTS), axis=1)
        assert cosines.min() > 0.995
        assert cosines.mean() > 0.998

    def test_narrowing_the_inputs_of_its_layers_changes_no_vector(self, single: TorchModel) -> None:
        model = SentenceTransformer(str(packaged_model_folder()), device="cpu")
        export.smooth(model[0].auto_model, lambda: [model.encode(text) for text in SAMPLES])
        narrowed = model.encode(TEXTS, normalize_embeddings=True, batch_size=1)
        np.testing.assert_allclose(narrowed, single.embed(TEXTS), atol=1e-5)

    def test_all_its_products_are_in_int8_but_those_of_the_widest_channels(
        self, embedder: Embedder, cache_dir: Path
    ) -> None:
        embedder.prepare()
        [file] = cache_dir.glob("models/*/model.onnx")
        graph = onnx.load(str(file)).graph
        shapes = {weights.name: tuple(weights.dims) for weights in graph.initializer}
        single = [shapes[node.input[1]] for node in graph.node if node.op_type == "MatMul" and node.input[1] in shapes]
        assert single == [(export.WIDEST, 384)] * 6
        counts = Counter(node.op_type for node in graph.node)
        # queries, keys and values of a layer are quantised together
        assert (counts["MatMulInteger"], counts["DynamicQuantizeLinear"]) == (6 * 6, 6 * 4)

    def test_vectors_have_length_one(self, embedder: Embedder) -> None:
        np.testing.assert_allclose(np.linalg.norm(embedder.embed(TEXTS), axis=1), 1, atol=1e-6)

    def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(self, embedder: Embedder) -> None:
        alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
        np.testing.assert_array_equal(embedder.embed(TEXTS), alone)
        np.testing.assert_array_equal(embedder.embed([*reversed(TEXTS), *TEXTS])[len(TEXTS) :], alone)

    def test_many_threads_get_what_one_gets(self, embedder: Embedder) -> None:
        expected = embedder.embed(TEXTS)
        with ThreadPoolExecutor(8) as threads:
            for vectors in threads.map(embedder.embed, [TEXTS] * 16):
                np.testing.assert_array_equal(vectors, expected)

    def test_it_counts_tokens_as_its_own_tokenizer_does(self, embedder: Embedder, single: TorchModel) -> None:
        texts = [*TEXTS, *SAMPLES, "", " \n", "naïve café", "👩‍🚀 到达"]
        assert embedder.count_tokens(texts) == single.count_tokens(texts)
        assert embedder.maximum_tokens == single.maximum_tokens == 254

    def test_no_text_has_no_vector(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, 384)
        assert embedder.count_tokens([]) == []


class TestPreparing:
    def test_it_happens_once(self, tiny: Path, tmp_path: Path, exports: list[str]) -> None:
        first, second = Embedder(str(tiny), tmp_path), Embedder(str(tiny), tmp_path)
        assert (opened(first), opened(second)) == (OnnxModel, OnnxModel)
        assert exports == ["tiny"]
        np.testing.assert_array_equal(first.embed([TEXT]), second.embed([TEXT]))

    def test_of_several_at_once_one_prepares_and_the_others_wait(
        self, tiny: Path, tmp_path: Path, exports: list[str]
    ) -> None:
        embedders = [Embedder(str(tiny), tmp_path) for _ in range(4)]
        with ThreadPoolExecutor(4) as threads:
            assert set(threads.map(opened, embedders)) == {OnnxModel}
        assert exports == ["tiny"]

    @pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
    @pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "checksums.json"])
    def test_what_is_damaged_is_prepared_anew(
        self, tiny: Path, prepared: Path, exports: list[str], name: str, damage: str
    ) -> None:
        sound = prepared_files(prepared)
        [file] = (prepared / "models").glob(f"*/{name}")
        content = file.read_bytes()
        if damage == "remove":
            file.unlink()
        else:
            middle = len(content) // 2
            rest = bytes([content[middle] ^ 1]) + content[middle + 1 :] if damage == "flip" else b""
            file.write_bytes(content[:middle] + rest)
        assert opened(Embedder(str(tiny), prepared)) is OnnxModel
        assert exports == ["tiny"]
        assert prepared_files(prepared) == sound

    def test_a_kill_in_the_middle_leaves_nothing_that_is_used(
        self, tiny: Path, tmp_path: Path, exports: list[str]
    ) -> None:
        program = (
            "import os, signal, sys; from pathlib import Path;"
            "from assistant.models import prepared; from assistant.models.embedder import Embedder;"
            "prepared._export = lambda source, target: ((target / 'model.onnx').write_bytes(b'half'),"
            f" os.kill(os.getpid(), {int(signal.SIGKILL)}));"
            f"Embedder({str(tiny)!r}, Path({str(tmp_path)!r})).prepare()"
        )
        died = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
        assert died.returncode == -signal.SIGKILL
        assert prepared_files(tmp_path) == {"model.onnx": b"half"}
        assert opened(Embedder(str(tiny), tmp_path)) is OnnxModel
        assert len(list((tmp_path / "models").glob("*/"))) == 1  # what was half done is gone

    def test_other_weights_are_prepared_for_themselves(self, tmp_path: Path, exports: list[str]) -> None:
        framing = [SPECIAL.index("[CLS]"), SPECIAL.index("[SEP]")]
        for words, ada in ((WORDS, ADA), (WORDS[::-1], KEEPER)):
            model = build_embedding_model(tmp_path / words[0] / "model", words)
            [vector] = Embedder(str(model), tmp_path / "cache").embed(["ada"])
            assert strongest(vector, 3) == [*framing, ada]
        assert exports == ["model", "model"]
        assert len(list((tmp_path / "cache" / "models").glob("*/"))) == 2

    def test_another_version_of_a_library_prepares_anew(
        self, tiny: Path, prepared: Path, exports: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(prepared_model, "version", lambda _: "99")
        opened(Embedder(str(tiny), prepared))
        assert exports == ["tiny"]


class TestSinglePrecisionInstead:
    """Where a model cannot run as int8 it runs by torch, and the log says why."""

    def refused(self, embedder: Embedder, caplog: pytest.LogCaptureFixture, level: int = logging.WARNING) -> str:
        """The one notice that opening the embedder gives, for what reason it runs by torch."""
        caplog.clear()
        with caplog.at_level(logging.INFO, "assistant.models.embedder"):
            assert opened(embedder) is TorchModel
        [record] = [record for record in caplog.records if record.name == "assistant.models.embedder"]
        start = f"The embedding model {embedder.name} runs in single precision, which is slower: "
        assert record.levelno == level
        assert record.getMessage().startswith(start)
        return record.getMessage().removeprefix(start)

    def test_a_model_that_takes_another_token_than_the_mean(
        self, tmp_path: Path, exports: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        model = build_embedding_model(tmp_path / "first-token", WORDS, pooling="cls")
        embedder = Embedder(str(model), tmp_path)
        assert self.refused(embedder, caplog) == "it takes 'cls' of its tokens, not the mean"
        assert strongest(embedder.embed([TEXT])[0], 1) == [SPECIAL.index("[CLS]")]

    def test_an_export_that_fails(
        self,
        tiny: Path,
        tmp_path: Path,
        exports: list[str],
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("no such operator\nat length")

        monkeypatch.setattr(torch.onnx, "export", fail)
        embedder = Embedder(str(tiny), tmp_path)
        assert self.refused(embedder, caplog) == "it cannot be exported: no such operator"
        np.testing.assert_allclose(np.linalg.norm(embedder.embed([TEXT]), axis=1), 1, atol=1e-6)

    def test_what_is_refused_is_not_tried_again(
        self, tmp_path: Path, exports: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        model = str(build_embedding_model(tmp_path / "first-token", WORDS, pooling="cls"))
        reason = self.refused(Embedder(model, tmp_path), caplog)
        assert self.refused(Embedder(model, tmp_path), caplog, logging.INFO) == reason
        assert exports == ["first-token"]
        assert sorted(prepared_files(tmp_path)) == ["checksums.json", "refusal.txt"]

    def test_a_cache_that_cannot_be_written(
        self, tiny: Path, tmp_path: Path, exports: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        cache = _no_folder(tmp_path)
        reason = self.refused(Embedder(str(tiny), cache), caplog)
        assert reason.startswith(f"the cache {cache} cannot be used: ")
        assert exports == []

    def test_a_process_that_dies_is_tried_again_another_time(
        self, tiny: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", _dying(tmp_path))
            reason = self.refused(Embedder(str(tiny), tmp_path), caplog)
        assert reason == "preparing it failed (exit code 7): out of luck"
        assert prepared_files(tmp_path) == {}
        monkeypatch.setattr(prepared_model, "_export", export.main)
        assert opened(Embedder(str(tiny), tmp_path)) is OnnxModel

    def test_the_key_is_the_same_as_with_int8(self, tiny: Path, tmp_path: Path, exports: list[str]) -> None:
        int8, by_torch = Embedder(str(tiny), tmp_path), Embedder(str(tiny), _no_folder(tmp_path))
        assert (opened(int8), opened(by_torch)) == (OnnxModel, TorchModel)
        assert int8.key == by_torch.key
        assert least_cosine(int8.embed([TEXT]), by_torch.embed([TEXT])) > 0.999


class TestOnEveryProcessor:
    """int8 is used only where its vectors are close to single precision, each processor for itself."""

    def test_the_texts_checked_are_200_of_all_lengths(self, single: TorchModel) -> None:
        texts = checked_texts()
        counts = single.count_tokens(texts)
        assert (len(set(texts)), min(counts)) == (200, 1)
        assert sum(count > 60 for count in counts) >= 15

    def test_the_packaged_model_is_as_close_as_is_asked(self, embedder: Embedder, single: TorchModel) -> None:
        cosines = np.sum(embedder.embed(checked_texts()) * single.embed(checked_texts()), axis=1)
        assert cosines.min() >= prepared_model.MINIMUM_COSINE
        found = embedder.precision
        assert found.name in (INT8, EXACT_INT8)
        assert found.least_cosine == pytest.approx(cosines.min(), abs=1e-5)

    def test_exact_products_are_chosen_where_those_of_the_processor_overflow(
        self, tiny: Path, prepared: Path, exports: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chosen: list[tuple[str, str | None]] = []

        class Session:
            """A session on a processor that adds pairs of products in 16 bits, unless it is told not to."""

            def __init__(self, graph: Path, options: onnxruntime.SessionOptions, **keywords: Any) -> None:
                exact = _entry(options, "session.x64quantprecision")
                chosen.append((graph.name, exact))
                self._session = real(graph, options, **keywords)
                self._saturates = graph.name == PROBE and exact is None

            def run(self, names: list[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
                products = self._session.run(names, feed)
                return [np.full_like(products[0], 32 * (2**15 - 1))] if self._saturates else products

        real = onnxruntime.InferenceSession
        monkeypatch.setattr(onnxruntime, "InferenceSession", Session)
        embedder = Embedder(str(tiny), prepared)
        assert opened(embedder) is OnnxModel
        assert chosen == [("product.onnx", None), ("model.onnx", "1")]
        assert embedder.precision.name == EXACT_INT8
        assert (embedder.precision.least_cosine or 0.0) > 0.995

    def test_single_precision_is_chosen_where_one_vector_of_all_differs(
        self,
        tiny: Path,
        tmp_path: Path,
        exports: list[str],
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        _on_a_processor_that_spoils(monkeypatch, checked_texts()[150], 0.9)
        embedder = Embedder(str(tiny), tmp_path)
        with caplog.at_level(logging.INFO, "assistant.models.embedder"):
            assert opened(embedder) is TorchModel
        reason = "on this processor its vectors as int8 have a least cosine of 0.9000 to single precision, under 0.995"
        assert embedder.precision == Precision(SINGLE, None, embedder.precision.reason)
        assert (embedder.precision.reason or "").replace(EXACT_INT8, INT8) == reason

    def test_doctor_tells_how_a_model_computes(
        self, tmp_path: Path, exports: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prompts = {"query": "lamp ", "document": "keeper "}
        folder = str(build_embedding_model(tmp_path / "prompted", WORDS, prompts=prompts))
        homes = {"corpus_dir": tmp_path / "corpus", "index_dir": tmp_path / "index", "state_dir": tmp_path / "state"}
        settings = Settings(**homes, cache_dir=tmp_path, embedding_model=folder)
        as_int8 = diagnose(settings)
        assert (as_int8.model.least_cosine or 0.0) > 0.995
        least = f"least cosine to single precision on this processor {as_int8.model.least_cosine:.4f}"
        rows = dict(as_int8.rows())
        assert rows["Computes"] == f"{as_int8.model.precision}; {least}"
        assert rows["Prompts"] == "“lamp ” before questions, “keeper ” before passages"
        _on_a_processor_that_spoils(monkeypatch, SAMPLES[3], 0.5)
        single = diagnose(settings)
        assert (single.model.precision, single.model.least_cosine) == (SINGLE, None)
        found = f"its vectors as {as_int8.model.precision} have a least cosine of 0.5000 to single precision"
        assert dict(single.rows())["Computes"] == f"single precision: on this processor {found}, under 0.995"

    def test_what_is_found_on_a_processor_is_found_once(
        self, tiny: Path, tmp_path: Path, exports: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        embedded: list[str] = []
        plain = OnnxModel.embed

        def noted(model: OnnxModel, texts: Sequence[str], *rest: Any) -> Vectors:
            embedded.extend(texts)
            return plain(model, texts, *rest)

        monkeypatch.setattr(OnnxModel, "embed", noted)
        opened(Embedder(str(tiny), tmp_path))
        assert embedded[-200:] == checked_texts()
        embedded.clear()
        second = Embedder(str(tiny), tmp_path)
        opened(second)
        assert embedded == SAMPLES
        assert (second.precision.least_cosine or 0.0) > 0.995

    def test_a_cache_opened_on_another_processor_is_checked_there(
        self, tiny: Path, prepared: Path, exports: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert opened(Embedder(str(tiny), prepared)) is OnnxModel
        with monkeypatch.context() as elsewhere:
            _on_a_processor_that_spoils(elsewhere, SAMPLES[0], 0.9)
            assert opened(Embedder(str(tiny), prepared)) is TorchModel
        assert opened(Embedder(str(tiny), prepared)) is OnnxModel  # the first processor's finding stands
        assert exports == []
        [checks] = prepared.glob("models/*/checks.json")
        assert sorted(cosine > 0.995 for cosine in json.loads(checks.read_text("utf-8")).values()) == [False, True]

    @pytest.mark.parametrize("damage", ["", "{", "[]", '{"a": "b"}', '{"a": null}', "null"])
    def test_findings_that_cannot_be_read_are_found_anew(
        self, tiny: Path, prepared: Path, exports: list[str], damage: str
    ) -> None:
        [checks] = prepared.glob("models/*/checks.json")
        sound = checks.read_text("utf-8")
        checks.write_text(damage, "utf-8")
        assert opened(Embedder(str(tiny), prepared)) is OnnxModel
        assert checks.read_text("utf-8") == sound
        assert exports == []


class TestPrompts:
    """Models that ask for words before questions and passages get them, whichever way they run."""

    OWN: ClassVar = {"query": "lamp ", "document": "keeper "}

    @pytest.mark.parametrize("pooling", ["mean", "cls"])
    def test_questions_and_passages_are_embedded_as_sentence_transformers_does(
        self, tmp_path: Path, exports: list[str], pooling: str
    ) -> None:
        folder = build_embedding_model(tmp_path / "prompted", WORDS, prompts=self.OWN, pooling=pooling)
        embedder, reference = Embedder(str(folder), tmp_path), SentenceTransformer(str(folder), device="cpu")
        assert opened(embedder) is {"mean": OnnxModel, "cls": TorchModel}[pooling]
        np.testing.assert_allclose(embedder.embed(["ada"]), reference.encode_document(["ada"]), atol=2e-2)
        np.testing.assert_allclose(embedder.embed_question("ada"), reference.encode_query("ada"), atol=2e-2)

    def test_each_has_its_own(self, tmp_path: Path, exports: list[str]) -> None:
        framing = [SPECIAL.index("[CLS]"), SPECIAL.index("[SEP]")]
        folder = build_embedding_model(tmp_path / "prompted", WORDS, prompts=self.OWN)
        embedder = Embedder(str(folder), tmp_path)
        assert embedder.prompts == Prompts("lamp ", "keeper ")
        assert strongest(embedder.embed(["ada"])[0], 4) == [*framing, ADA, KEEPER]
        assert strongest(embedder.embed_remembered(["ada"])[0], 4) == [*framing, ADA, KEEPER]
        assert strongest(embedder.embed_question("ada"), 4) == [*framing, ADA, LAMP]
        assert strongest(embedder.embed_question("ada"), 4) == [*framing, ADA, LAMP]  # remembered
        # of [CLS], [SEP], the word and the prompt, three are the same
        assert embedder.cosines("ada", ["ada", "lamp"]) == pytest.approx([0.75, 0.75], abs=0.02)

    def test_a_prompt_that_is_not_pooled_is_left_out_of_the_mean(self, tmp_path: Path, exports: list[str]) -> None:
        folder = build_embedding_model(tmp_path / "instructed", WORDS, prompts=self.OWN, include_prompt=False)
        embedder, reference = Embedder(str(folder), tmp_path), SentenceTransformer(str(folder), device="cpu")
        assert opened(embedder) is OnnxModel
        assert strongest(embedder.embed_question("ada"), 2) == [SPECIAL.index("[SEP]"), ADA]
        np.testing.assert_allclose(embedder.embed_question("ada"), reference.encode_query("ada"), atol=2e-2)

    def test_a_passage_leaves_room_for_its_prompt(self, tiny: Path, tmp_path: Path, exports: list[str]) -> None:
        folder = build_embedding_model(tmp_path / "prompted", WORDS, prompts={"passage": "keeper lamp keeper "})
        assert Embedder(str(tiny), tmp_path).maximum_tokens == 62
        assert Embedder(str(folder), tmp_path).maximum_tokens == 59

    def test_an_index_made_with_other_prompts_is_another(self, tmp_path: Path) -> None:
        model = tmp_path / "model"
        build_embedding_model(model, WORDS)
        keys = {Embedder(str(model), tmp_path).key}
        for prompts in (self.OWN, {"query": "lamp "}, {"document": "lamp "}):
            build_embedding_model(model, WORDS, prompts=prompts)
            keys.add(Embedder(str(model), tmp_path).key)
        assert len(keys) == 4

    @pytest.mark.parametrize(
        ("configuration", "expected"),
        [
            ({"prompts": {"query": "q: ", "document": "d: "}}, Prompts("q: ", "d: ")),
            ({"prompts": {"query": "q: ", "document": "", "passage": "p: "}}, Prompts("q: ", "p: ")),
            ({"prompts": {"query": "q: ", "corpus": "c: "}}, Prompts("q: ", "c: ")),
            ({"prompts": {"query": "q: "}, "default_prompt_name": "query"}, Prompts("q: ", "")),
            (
                {"prompts": {"query": "", "document": "", "all": "a: "}, "default_prompt_name": "all"},
                Prompts("a: ", "a: "),
            ),
            ({"prompts": {"clustering": "c: "}, "default_prompt_name": None}, Prompts()),
            ({"prompts": None}, Prompts()),
            ({"prompts": {"query": 3}}, Prompts()),
            ([], Prompts()),
        ],
    )
    def test_a_configuration_names_them_in_several_ways(
        self, tmp_path: Path, configuration: object, expected: Prompts
    ) -> None:
        (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(configuration), "utf-8")
        assert prompts_of("a-model", tmp_path) == expected

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("intfloat/multilingual-e5-small", Prompts("query: ", "passage: ")),
            ("intfloat/e5-base-v2", Prompts("query: ", "passage: ")),
            ("/models/Multilingual-E5-Large/", Prompts("query: ", "passage: ")),
            ("BAAI/bge-small-en-v1.5", Prompts("Represent this sentence for searching relevant passages: ")),
            ("BAAI/bge-m3", Prompts()),
            ("intfloat/e5-mistral-7b-instruct", Prompts()),
            ("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", Prompts()),
            ("not-e5-small", Prompts()),
            ("", Prompts()),
        ],
    )
    def test_families_that_tell_them_on_their_card_alone_are_known(
        self, tmp_path: Path, name: str, expected: Prompts
    ) -> None:
        assert prompts_of(name, None) == prompts_of(name, tmp_path) == expected

    def test_a_models_own_configuration_comes_before_its_family(self, tmp_path: Path) -> None:
        folder = build_embedding_model(tmp_path / "e5-small", WORDS, prompts={"query": "lamp "})
        assert Embedder(str(folder), tmp_path).prompts == Prompts("lamp ")
        assert Embedder(str(build_embedding_model(folder, WORDS)), tmp_path).prompts == Prompts("query: ", "passage: ")

    def test_passages_found_are_those_that_the_prompted_vectors_find(self, tmp_path: Path, exports: list[str]) -> None:
        folder = build_embedding_model(tmp_path / "prompted", WORDS, prompts=self.OWN)
        write_corpus(tmp_path / "corpus", {"ada.md": "ada ada ada", "lamp.md": "lamp lamp lamp"})
        with assistant_with(Embedder(str(folder), tmp_path), tmp_path) as assistant:
            assert assistant.sync().added == ["ada.md", "lamp.md"]
            assert [hit.passage.source for hit in assistant.search("lamp")] == ["lamp.md", "ada.md"]


class TestLoadingMeanwhile:
    def test_the_model_is_there_when_all_else_is(self, tiny: Path, tmp_path: Path, exports: list[str]) -> None:
        embedder = Embedder(str(tiny), tmp_path)
        with assistant_with(embedder, tmp_path) as assistant, assistant.loading_model():
            pass
        assert exports == ["tiny"]
        assert embedder._model is not None

    def test_a_model_that_is_missing_is_told_where_it_is_used(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", _dying(tmp_path))  # preparing it fails, and sooner than by itself
        embedder = Embedder(str(tmp_path), tmp_path / "cache")
        with (
            assistant_with(embedder, tmp_path) as assistant,
            assistant.loading_model(),
            pytest.raises(ModelUnavailable, match="cannot be loaded"),
        ):
            embedder.check()


class TestModelsThatAreNone:
    def test_a_folder_without_weights(self, tmp_path: Path, exports: list[str]) -> None:
        (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}), "utf-8")
        with pytest.raises(ModelUnavailable, match="unset CITEWELL_EMBEDDING_MODEL"):
            Embedder(str(tmp_path), tmp_path / "cache").check()

    def test_a_transformer_without_pooling_gets_the_mean(self, tmp_path: Path, exports: list[str]) -> None:
        model = build_bare_model(tmp_path / "bare")
        assert opened(Embedder(str(model), tmp_path)) is OnnxModel


class TestHalfPrecision:
    def test_it_is_chosen_where_the_vectors_stay_the_same(self, tiny: Path) -> None:
        model = SentenceTransformer(str(tiny), device="cpu")
        choose_precision(model)
        assert model.dtype is torch.float16

    def test_it_is_left_where_numbers_overflow(self, tiny: Path) -> None:
        model = SentenceTransformer(str(tiny), device="cpu")
        with torch.no_grad():
            model[0].auto_model.encoder.layer[0].output.dense.bias.fill_(1e6)
        choose_precision(model)
        assert model.dtype is torch.float32


class TestGraphicsProcessors:
    @pytest.mark.parametrize(
        ("driver", "build", "works", "found"),
        [
            (None, "2.13.0", True, False),
            ("/usr/bin/nvidia-smi", "2.13.0+cpu", True, False),
            ("/usr/bin/nvidia-smi", "2.13.0", False, False),
            ("/usr/bin/nvidia-smi", "2.13.0+cu130", True, True),
        ],
    )
    def test_one_is_used_where_driver_and_build_of_torch_serve_it(
        self, monkeypatch: pytest.MonkeyPatch, driver: str | None, build: str, works: bool, found: bool
    ) -> None:
        monkeypatch.setattr(torch_encoder, "DEVICES", ())
        monkeypatch.setattr(shutil, "which", lambda _: driver)
        monkeypatch.setattr(torch_encoder, "version", lambda _: build)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: works)
        assert gpu_is_here() is found


class TestCores:
    @pytest.mark.parametrize(("variable", "cores"), [("1", 1), ("2", 2), ("64", 4), ("2,1", 2), ("", 4), ("many", 4)])
    def test_two_threads_of_a_core_count_once_and_a_variable_lowers_the_number(
        self, monkeypatch: pytest.MonkeyPatch, variable: str, cores: int
    ) -> None:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
        monkeypatch.setattr(Path, "read_text", _siblings)
        monkeypatch.setenv("OMP_NUM_THREADS", variable)
        assert usable_cores() == cores


def _entry(options: onnxruntime.SessionOptions, name: str) -> str | None:
    try:
        return str(options.get_session_config_entry(name))
    except RuntimeError:
        return None


def _on_a_processor_that_spoils(monkeypatch: pytest.MonkeyPatch, text: str, cosine: float) -> None:
    """From now on int8 vectors are exact but for one text's, which has this cosine to what it should be."""
    plain = OnnxModel.embed

    def embed(model: OnnxModel, texts: Sequence[str], *rest: str) -> np.ndarray:
        vectors = plain(model, texts, *rest)
        for row, each in zip(vectors, texts, strict=True):
            if each == text:
                across = np.zeros_like(row)
                across[SPARE] = 1.0  # the tiny model uses this dimension hardly at all
                across -= (across @ row) * row
                row[:] = cosine * row + (1 - cosine**2) ** 0.5 * across / np.linalg.norm(across)
        return vectors

    monkeypatch.setattr(OnnxModel, "embed", embed)


def _siblings(path: Path, _: str) -> str:
    processor = int(path.parts[-3].removeprefix("cpu"))
    return f"{processor % 4},{processor % 4 + 4}\n"


def _no_folder(folder: Path) -> Path:
    """A path at which no folder can be: a file is there."""
    file = folder / "a-file"
    file.write_text("", "utf-8")
    return file


def _dying(folder: Path) -> str:
    """A program that fails."""
    program = folder / "python"
    program.write_text("#!/bin/sh\necho out of luck >&2\nexit 7\n", "utf-8")
    program.chmod(0o755)
    return str(program)
