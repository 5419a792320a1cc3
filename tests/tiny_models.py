"""Real models, built in a moment, whose output can be told by eye, and ones that do not fit.

Every word of the vocabulary has a dimension of its own. In the reader nothing mixes with anything, so that a token's
logit is the number that the test gives its word (to about five digits). In the cross-encoder each token sees the mean
of all, so that the score rises with the share of the wanted words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer
from tokenizers.decoders import Replace
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertModel,
    BertTokenizer,
    ByT5Tokenizer,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
DIMENSIONS = 64
SPARE = DIMENSIONS - 1
"""A dimension that no word has."""


def build_reader(
    folder: Path,
    starts: Mapping[str, float],
    ends: Mapping[str, float],
    *,
    no_answer: float = 0.0,
    window: int = 64,
) -> Path:
    """A reader with these start and end logits of words, and 0 for every other; "no answer" scores ``no_answer``."""
    words = [*SPECIAL, *dict.fromkeys([*starts, *ends])]
    model = BertForQuestionAnswering(_config(words, window, num_labels=2))
    with torch.no_grad():
        _separate(model.bert, attend=False)
        model.qa_outputs.bias.zero_()
        for row, logits in zip(model.qa_outputs.weight, (starts, ends), strict=True):
            _weigh(row, words, {**logits, "[CLS]": no_answer / 2})
    return _save(folder, model, words, window)


def build_cross_encoder(
    folder: Path, wanted: Sequence[str], *, labels: int = 1, window: int = 64, bias: float = 0.0
) -> Path:
    """A cross-encoder whose score rises with the share of the wanted words among those of question and passage."""
    words = [*SPECIAL, *wanted]
    model = BertForSequenceClassification(_config(words, window, num_labels=labels))
    with torch.no_grad():
        _separate(model.bert, attend=True)
        model.bert.pooler.dense.weight.copy_(torch.eye(DIMENSIONS) / 8)
        model.bert.pooler.dense.bias.zero_()
        model.classifier.bias.fill_(bias)
        for row in model.classifier.weight:
            _weigh(row, words, {**dict.fromkeys(wanted, 20.0), "[UNK]": -5.0})
    return _save(folder, model, words, window)


def build_embedding_model(
    folder: Path,
    words: Sequence[str],
    *,
    pooling: str = "mean",
    prompts: Mapping[str, str] | None = None,
    default_prompt: str | None = None,
    include_prompt: bool = True,
) -> Path:
    """An embedding model that gives each word's token a direction of its own; ``prompts`` are in its configuration."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    model = BertModel(_config([*SPECIAL, *words], 64))
    with torch.no_grad():
        _separate(model, attend=False)
    transformer = Transformer(str(_save(folder.with_name(f"{folder.name}-bare"), model, [*SPECIAL, *words], 64)))
    pooled = Pooling(DIMENSIONS, pooling_mode=pooling, include_prompt=include_prompt)
    SentenceTransformer(
        modules=[transformer, pooled, Normalize()],
        prompts=dict(prompts or {}),
        default_prompt_name=default_prompt,
        device="cpu",
    ).save(str(folder))
    return folder


def build_bare_model(folder: Path) -> Path:
    """A model without a head: neither a reader nor a cross-encoder."""
    return _save(folder, BertModel(_config(SPECIAL, 64)), SPECIAL, 64)


def with_slow_tokenizer(folder: Path) -> Path:
    """The model in the folder with a tokenizer that cannot tell where in the text a token stands."""
    for file in folder.glob("tokenizer*"):
        file.unlink()
    ByT5Tokenizer().save_pretrained(folder)
    return folder


def _config(words: list[str], window: int, **options: Any) -> BertConfig:
    return BertConfig(
        vocab_size=len(words),
        hidden_size=DIMENSIONS,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=window,
        **options,
    )


def _separate(bert: Any, *, attend: bool) -> None:
    """Give each word a dimension, and let tokens see nothing, or evenly all tokens."""
    embeddings, [layer] = bert.embeddings, bert.encoder.layer
    embeddings.word_embeddings.weight.copy_(torch.eye(DIMENSIONS)[: len(embeddings.word_embeddings.weight)])
    embeddings.position_embeddings.weight.zero_()
    embeddings.token_type_embeddings.weight.zero_()
    attention = layer.attention
    for part in (attention.self.query, attention.self.key, attention.output.dense, layer.output.dense):
        part.weight.zero_()
        part.bias.zero_()
    if attend:
        attention.self.value.weight.copy_(torch.eye(DIMENSIONS))
        attention.self.value.bias.zero_()
        attention.output.dense.weight.copy_(torch.eye(DIMENSIONS))


def _weigh(row: torch.Tensor, words: list[str], logits: Mapping[str, float]) -> None:
    """Set the weights that give each word its logit.

    A layer norm makes of a word's unit vector one that holds sqrt(d - 1) in its dimension and -1 / sqrt(d - 1) in the
    others. With weights that sum to zero, a weight w gives the logit w * d / sqrt(d - 1).
    """
    row.zero_()
    for word, logit in logits.items():
        row[words.index(word)] = logit * math.sqrt(DIMENSIONS - 1) / DIMENSIONS
    row[SPARE] = -row.sum()


def _save(folder: Path, model: PreTrainedModel, words: list[str], window: int) -> Path:
    logging.disable_progress_bar()
    model.save_pretrained(folder)
    vocabulary = {word: index for index, word in enumerate(words)}
    BertTokenizer(vocab=vocabulary, model_max_length=window).save_pretrained(folder)
    return folder


def build_writer(folder: Path, words: Sequence[str], *, ends: bool = True, window: int = 4_096) -> Path:
    """A text-generation model that writes these words in turn, whatever it reads; then it ends, or begins again.

    Each position's token is told by the one before it alone: a prompt's last token leads to the first word.
    """
    vocabulary = ["[PAD]", "[UNK]", "[END]", *(f"{word}|{place}" for place, word in enumerate(words))]
    config = GPT2Config(
        vocab_size=len(vocabulary), n_positions=window, n_embd=DIMENSIONS, n_layer=1, n_head=1, n_inner=8,
        bos_token_id=2, eos_token_id=2, pad_token_id=0, tie_word_embeddings=False,
    )  # fmt: skip
    model = GPT2LMHeadModel(config)
    first, last = 3, len(vocabulary) - 1
    with torch.no_grad():
        for weights in model.parameters():
            weights.zero_()
        model.transformer.ln_f.weight.fill_(1)
        model.transformer.wte.weight.copy_(torch.eye(DIMENSIONS)[: len(vocabulary)])
        for token in range(len(vocabulary)):
            following = first if token < first else token + 1 if token < last else 2 if ends else first
            model.lm_head.weight[following, token] += 10
    logging.disable_progress_bar()
    model.save_pretrained(folder)
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.decoder = Replace(Regex(r"\|\d+"), " ")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", eos_token="[END]", model_max_length=window
    ).save_pretrained(folder)
    return folder
