"""Whether half precision is safe and quicker here; on some virtual machines it ends the process."""

import subprocess
import sys
from functools import cache

import torch

_TRIAL = """
import time, torch
torch.set_num_threads(1)
layer, data = torch.nn.Linear(384, 1536), torch.randn(2048, 384)
def seconds(enabled):
    best = 9.0
    for _ in range(5):
        began = time.thread_time()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            layer(data).float().sum().backward()
        best = min(best, time.thread_time() - began)
    return best
print(int(seconds(True) < 0.7 * seconds(False)))
"""


@cache
def fast_precision(device: torch.device) -> torch.dtype:
    """bfloat16 where it works and is quicker, else float32. Tried once in another process, which a trap may end."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    trial = subprocess.run([sys.executable, "-c", _TRIAL], capture_output=True, text=True, timeout=300, check=False)
    return torch.bfloat16 if trial.returncode == 0 and trial.stdout.strip() == "1" else torch.float32
