"""Tell how far the prepared encoder's vectors are from single precision on this processor, or on one that is emulated.

    python -m benchmarks.precision
    qemu-x86_64 -cpu Haswell .venv/bin/python -m benchmarks.precision

The first run prepares the model, which an emulated processor takes long for. The vectors are those of the 200 texts
that are compared wherever a prepared model is opened, by the processor's own 8-bit products and by exact ones.
"""

from __future__ import annotations

import json
import time

import numpy as np

from assistant.models import onnx_encoder as onnx_model
from assistant.models.embedder import packaged_model_folder
from assistant.models.export import CHECKED_VECTORS, FACTS
from assistant.models.model_files import PACKAGED_SHA256
from assistant.models.onnx_encoder import PROBE, OnnxModel
from assistant.models.prepared import MINIMUM_COSINE, prepared_folder
from assistant.models.samples import checked_texts
from assistant.settings import PACKAGED_MODEL, Settings


def main() -> None:
    cache = Settings().cache_dir
    folder, _ = prepared_folder(PACKAGED_MODEL, packaged_model_folder(), PACKAGED_SHA256, cache)
    facts = json.loads((folder / FACTS).read_text("utf-8"))
    overflows = onnx_model.overflows(folder / PROBE)
    print(f"8-bit products of this processor {'overflow' if overflows else 'are exact'}")
    texts, single = checked_texts(), np.load(folder / CHECKED_VECTORS)
    for exact in (False, True):
        model = OnnxModel(folder, exact=exact, **facts)
        start = time.process_time()
        cosines = np.sum(model.embed(texts) * single, axis=1)
        used = "used" if exact == overflows and cosines.min() >= MINIMUM_COSINE else "not used"
        under = int((cosines < MINIMUM_COSINE).sum())
        print(
            f"{model.precision.name:24} least cosine {cosines.min():.4f} ({texts[int(cosines.argmin())][:40]!r}), "
            f"mean {cosines.mean():.4f}, {under} of {len(texts)} under {MINIMUM_COSINE}, "
            f"{time.process_time() - start:.1f} processor s: {used}"
        )


if __name__ == "__main__":
    main()
