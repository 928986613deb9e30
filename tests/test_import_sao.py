"""Stable Audio Open Small: what the published code answers, we answer; what does not fit is listed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from fixtures import make_sao
from safetensors.torch import load_file, save_file

from lmdmd import cli, cli_training
from lmdmd.engine.engine import Engine
from lmdmd.errors import BundleError
from lmdmd.messages import Write
from lmdmd.model import t5
from lmdmd.model.bundle import Bundle, load_bundle
from lmdmd.model.import_sao import import_sao, read_sizes
from lmdmd.model.layers import residual_conv
from lmdmd.model.lora import Lora
from lmdmd.model.oobleck import Oobleck
from lmdmd.model.sao_keys import FREQUENCIES, MODEL, ROUTER

TOOLS, DIFFUSERS = make_sao.FIXTURE / "tools", make_sao.FIXTURE / "diffusers"


@pytest.fixture(autouse=True)
def fake_t5(monkeypatch: pytest.MonkeyPatch) -> None:
    """T5 without transformers: each prompt is its length, then zeros."""

    def open_t5(config: t5.T5Config) -> t5.ReadText:
        def read(prompts):
            words = torch.zeros(len(prompts), config.tokens, config.dim)
            words[:, 0] = torch.tensor([[float(len(prompt))] for prompt in prompts])
            return words

        return read

    monkeypatch.setattr(t5, "open_t5", open_t5)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TOOLS, tmp_path / "copy", ignore=shutil.ignore_patterns("[qa]*.safetensors")))


def change(folder: Path, **tensors: torch.Tensor | None) -> None:
    """Replace tensors of a checkpoint, or remove those that are None; `__` stands for a dot."""
    changed = load_file(folder / "model.safetensors") | {key.replace("__", "."): t for key, t in tensors.items()}
    save_file({key: t for key, t in changed.items() if t is not None}, folder / "model.safetensors")


def change_config(folder: Path, place: str, value: object) -> None:
    config = json.loads((folder / "model_config.json").read_text())
    *path, last = place.split(".")
    section = config
    for name in path:
        section = section.setdefault(name, {})
    section[last] = value
    (folder / "model_config.json").write_text(json.dumps(config))


@pytest.mark.parametrize("folder", [TOOLS, DIFFUSERS], ids=["stable-audio-tools", "diffusers"])
def test_answers_are_those_of_the_published_code(folder: Path) -> None:
    ours = make_sao.ask_ours(make_sao.import_parts(folder), load_file(TOOLS / "questions.safetensors"))
    errors = make_sao.compare(load_file(folder / "answers.safetensors"), ours)
    assert errors.keys() == {"velocity", "encoded", "decoded", "seconds"}
    assert max(errors.values()) < make_sao.TOLERANCE, errors


def test_a_bundle_comes_back_as_the_checkpoint_within_half_precision(tmp_path: Path) -> None:
    import_sao(TOOLS, tmp_path / "small")
    bundle, parts = load_bundle(tmp_path / "small"), make_sao.import_parts(TOOLS)
    assert isinstance(bundle.codec, Oobleck)
    for ours, theirs in ((bundle.model, parts.model), (bundle.codec, parts.codec)):
        for key, tensor in theirs.state_dict().items():
            torch.testing.assert_close(ours.state_dict()[key], tensor, rtol=1e-3, atol=1e-6)
    assert bundle.defaults["gen/sampler"] == "pingpong"


def test_frequencies_are_the_checkpoints_own_to_the_last_bit(copy: Path, tmp_path: Path) -> None:
    frequencies = torch.rand(16)
    change(copy, **{FREQUENCIES: frequencies})
    import_sao(copy, tmp_path / "small")
    assert torch.equal(load_bundle(tmp_path / "small").model.transformer.rotary_pos_emb.inv_freq, frequencies)


def test_context_enters_a_base_model_as_latents_without_noise(tmp_path: Path) -> None:
    model = make_sao.import_parts(TOOLS).model
    latents = torch.randn(2, 5, 4)
    noiseless = model.transformer.project_in(residual_conv(latents, model.preprocess_conv.weight))
    known = torch.cat([torch.ones(2, 5, 1), latents], dim=-1)
    torch.testing.assert_close(model.to_input_add_embed(known), noiseless)


def play(bundle: Bundle, prompt: str, blocks: int = 2) -> np.ndarray:
    engine = Engine(bundle, 44100)
    engine.write(Write("gen/steps", 2, 0))
    engine.write(Write("gen/cfg", 3.0, 0))
    engine.write(Write("prompt/0/text", prompt, 0))
    return np.concatenate([engine.make_block() for _ in range(blocks)])


def test_an_imported_bundle_plays_and_hears_its_prompt(tmp_path: Path) -> None:
    import_sao(TOOLS, tmp_path / "small")
    bundle = load_bundle(tmp_path / "small")
    audio = play(bundle, "jazz")
    assert audio.shape == (2 * bundle.geometry.block_frames - bundle.codec.config.delay_frames, 2)
    assert np.isfinite(audio).all() and audio.std() > 0
    np.testing.assert_array_equal(audio, play(bundle, "jazz"))
    assert np.abs(audio - play(bundle, "slow piano")).max() > 1e-6
    mixed = bundle.condition(bundle.prompts.encode(["jazz", ""]))
    assert mixed.tokens is not None and mixed.tokens.shape == (2, 65, 24)


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    arguments = [str(TOOLS / "model.safetensors"), "--config", str(TOOLS / "model_config.json")]
    assert cli.main(["import-sao", *arguments, "--out", str(tmp_path / "mine")]) == 0
    assert "mine" in capsys.readouterr().err
    assert cli.main(["import-sao", str(tmp_path), "--out", str(tmp_path / "other")]) == 1
    assert "no .safetensors and no .ckpt" in capsys.readouterr().err


# --- fine-tunings and additions -----------------------------------------------------------------------------


def test_a_fine_tuning_tells_its_window_and_brings_its_router(copy: Path, tmp_path: Path) -> None:
    added = [["inpaint_mask", 1], ["inpaint_masked_input", 4], ["accomp_mask", 1], ["accomp_input", 4]]
    change_config(copy, "model.diffusion.config.input_add_dims", added)
    change_config(copy, "sample_size", 24 * 8)
    change_config(copy, "training.inpainting.mask_kwargs.fixed_mask_size", 16)
    with pytest.raises(BundleError, match=r"missing model\.model\.to_input_add_embed\.weight$"):
        import_sao(copy, tmp_path / "small")
    router = torch.randn(72, 10).half().float()
    change(copy, **{ROUTER: router})
    import_sao(copy, tmp_path / "small")
    model = load_bundle(tmp_path / "small").model
    assert (model.geometry.context, model.geometry.block) == (16, 8)
    assert model.config.groups == {"inpaint": 5, "stem": 5}
    assert model.config.empty_context == "zeros"
    assert torch.equal(model.to_input_add_embed.weight, router)


def test_an_addition_travels_with_the_bundle_and_is_merged_at_load(tmp_path: Path) -> None:
    down, up = torch.randn(3, 72), torch.randn(216, 3)
    layer = "transformer.layers.1.self_attn.to_qkv"
    file = tmp_path / "model.safetensors"
    save_file({f"{layer}.lora_A.weight": down, f"{layer}.lora_B.weight": up, f"{layer}.alpha": torch.tensor(6.0)}, file)
    import_sao(TOOLS, tmp_path / "plain")
    import_sao(TOOLS, tmp_path / "more", loras=[Lora(file, 0.5)])
    plain, more = (load_bundle(tmp_path / name).model.state_dict() for name in ("plain", "more"))
    torch.testing.assert_close(more[f"{layer}.weight"], plain[f"{layer}.weight"] + 0.5 * 2.0 * up @ down)
    assert torch.equal(more["to_cond_embed.0.weight"], plain["to_cond_embed.0.weight"])


@pytest.mark.parametrize(("said", "scale"), [("a.safetensors", 1.0), ("a.safetensors:0.25", 0.25)])
def test_the_command_reads_a_scale(said: str, scale: float) -> None:
    assert cli_training._lora(said) == Lora(Path("a.safetensors"), scale)


# --- what is refused ----------------------------------------------------------------------------------------


def refused(checkpoint: Path, tmp_path: Path) -> str:
    """Return the one sentence with which a checkpoint is refused."""
    with pytest.raises(BundleError) as caught:
        import_sao(checkpoint, tmp_path / "out", config=TOOLS / "model_config.json")
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence) < 400
    return sentence


def test_tensors_that_do_not_fit_are_listed(copy: Path, tmp_path: Path) -> None:
    change(
        copy,
        model__model__postprocess_conv__weight=torch.zeros(4, 4, 3),
        model__model__preprocess_conv__weight=None,
        model__model__stranger=torch.zeros(1),
    )
    sentence = refused(copy, tmp_path)
    assert "missing model.model.preprocess_conv.weight" in sentence
    assert "extra model.model.stranger" in sentence
    assert "shape of model.model.postprocess_conv.weight [4, 4, 3], not [4, 4, 1]" in sentence


@pytest.mark.parametrize("broken", [torch.nan, torch.inf])
def test_what_is_no_number_is_named(copy: Path, tmp_path: Path, broken: float) -> None:
    weight = load_file(copy / "model.safetensors")[MODEL + "preprocess_conv.weight"]
    weight[1, 2] = broken
    change(copy, **{MODEL + "preprocess_conv.weight": weight})
    assert "numbers that are not finite in model.model.preprocess_conv.weight" in refused(copy, tmp_path)


def test_a_ckpt_is_read_for_its_tensors(copy: Path, tmp_path: Path) -> None:
    torch.save({"state_dict": load_file(copy / "model.safetensors"), "epoch": 3}, copy / "model.ckpt")
    (copy / "model.safetensors").unlink()
    import_sao(copy, tmp_path / "of_ckpt")
    import_sao(TOOLS, tmp_path / "of_tensors")
    of_ckpt, of_tensors = (load_file(tmp_path / name / "model.safetensors") for name in ("of_ckpt", "of_tensors"))
    assert all(torch.equal(of_ckpt[key], tensor) for key, tensor in of_tensors.items())


class Trap:
    """A pickled object that would leave a file behind if anybody unpickled it."""

    def __reduce__(self):
        return Path.touch, (Path("trap-was-sprung"),)


def test_a_pickle_is_not_run(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"state_dict": load_file(copy / "model.safetensors"), "more": Trap()}, copy / "trap.ckpt")
    assert "could run code" in refused(copy / "trap.ckpt", tmp_path)
    assert not Path("trap-was-sprung").exists()


@pytest.mark.parametrize("name", ["model.safetensors", "model.ckpt"])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.99])
def test_a_truncated_file_is_refused(copy: Path, tmp_path: Path, name: str, share: float) -> None:
    torch.save(load_file(copy / "model.safetensors"), copy / "model.ckpt")
    whole = (copy / name).read_bytes()
    (copy / name).write_bytes(whole[: int(share * len(whole))])
    assert name in refused(copy / name, tmp_path)


def test_the_checkpoint_is_not_written_over(copy: Path) -> None:
    with pytest.raises(BundleError, match="holds the checkpoint itself"):
        import_sao(copy, copy)


def test_a_checkpoint_with_half_a_pair_is_refused(copy: Path, tmp_path: Path) -> None:
    change(copy, pretransform__model__encoder__layers__0__weight_g=torch.ones(3, 1, 1))
    assert "missing pretransform.model.encoder.layers.0.weight; extra" in refused(copy, tmp_path)


def test_what_is_not_there_is_named(copy: Path, tmp_path: Path) -> None:
    (copy / "model.safetensors").rename(copy / "one.safetensors")
    shutil.copy(copy / "one.safetensors", copy / "two.safetensors")
    assert "has one.safetensors, two.safetensors; name one" in refused(copy, tmp_path)
    assert "no .safetensors and no .ckpt" in refused(tmp_path / "nowhere", tmp_path)
    with pytest.raises(BundleError, match=r"one_config\.json: is missing; name the model's JSON with --config"):
        import_sao(copy / "one.safetensors", tmp_path / "out")


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("model.diffusion.config.global_cond_type", "adaLN", "global_cond_type is 'adaLN'; only 'prepend'"),
        ("model.pretransform.config.decoder.config.final_tanh", True, "final_tanh is True"),
        ("model.pretransform.config.encoder.type", "dac", "encoder.type is 'dac'; only 'oobleck'"),
        ("model.diffusion.diffusion_objective", "v", '"v" is none of rectified_flow, rf_denoiser'),
        ("model.diffusion.config.input_add_dims", [["drums", 5]], '"drums"'),
        ("model.conditioning.configs", [], "conditioners must be prompt"),
        ("model.diffusion.config", {}, "qk_norm"),
        ("model.diffusion.config.num_heads", 0, "wrong kind"),
        ("model.diffusion.config.input_add_dims", 5, "wrong kind"),
        ("model.conditioning.configs", ["prompt"], "wrong kind"),
        ("model.pretransform.config.decoder.config.strides", [3, 4], "must be even"),
        ("training.inpainting.mask_kwargs.context_router_attention_pattern", "sparse", '"sparse" is none of'),
    ],
)
def test_another_design_is_named(copy: Path, place: str, value: object, words: str) -> None:
    change_config(copy, place, value)
    with pytest.raises(BundleError) as caught:
        read_sizes(json.loads((copy / "model_config.json").read_text()))
    assert words in str(caught.value)
