"""The ways to train: cut from a bidirectional base, in parts, by additions, with less memory, killed and gone on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import torch
from fixtures import make_sao
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lmdmd.cli import main
from lmdmd.errors import TrainError
from lmdmd.model import t5
from lmdmd.model.bundle import load_bundle, make_condition
from lmdmd.model.config import ATTENTIONS, PRESETS, Preset
from lmdmd.model.dit import Condition, Context, DiT
from lmdmd.model.import_sao import import_sao
from lmdmd.model.layers import residual_conv
from lmdmd.model.lora import Lora, merge_lora
from lmdmd.model.readers import make_reader
from lmdmd.model.stream import StreamState
from lmdmd.testing import make_tiny_bundle
from lmdmd.train.checkpoint import list_checkpoints
from lmdmd.train.context import Drops
from lmdmd.train.data import LatentSet, Piece
from lmdmd.train.export import find_prompts
from lmdmd.train.finetune import Batch, Trainer, finetune, split
from lmdmd.train.lora import LORA_FILE, own_weights
from lmdmd.train.losses import Noising, draw_levels, draw_noising, flow_losses
from lmdmd.train.recipe import Recipe, find_recipe
from lmdmd.train.run_log import read_log
from lmdmd.train.start import find_shape, read_start

TINY = PRESETS["tiny"]
RECIPE = Recipe(batch=4, repeats=2, steps=6, precision="fp32", lr=1e-2)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def make_pieces(dim: int = 64, vectors: tuple[int, ...] = (128,)) -> LatentSet:
    torch.manual_seed(5)
    return LatentSet([Piece(torch.randn(80, dim).half(), "waves", torch.randn(2, *vectors)) for _ in range(4)])


def write_data(folder: Path, dim: int = 64) -> Path:
    """A data folder as `lmdmd data encode` leaves it, whose captions the house's prompt encoder knows."""
    (folder / "latents").mkdir(parents=True)
    torch.manual_seed(6)
    for name in ("train", "heldout"):
        tensors = {f"{name}-{i}": torch.randn(90, dim).half() for i in range(3)}
        notes = {piece: {"style": "piano", "captions": ["slow piano", "warm pads"]} for piece in tensors}
        save_file(tensors, folder / "latents" / f"{name}.safetensors")
        (folder / "latents" / f"{name}.json").write_text(json.dumps(notes))
    return folder


def make_model(shape: Preset) -> DiT:
    """A network in which no weight is zero, so that nothing passes by accident."""
    torch.manual_seed(1)
    model = DiT(shape.geometry, shape.model)
    for weight in model.parameters():
        if weight.abs().max() == 0:
            nn.init.normal_(weight, std=0.2)
    return model


def stir(trainer: Trainer) -> Trainer:
    trainer.model.load_state_dict(make_model(trainer.shape).state_dict())
    return trainer


def gradients(model: nn.Module) -> list[Tensor]:
    found = [torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    return found


def assert_close(one: list[Tensor], other: list[Tensor]) -> None:
    assert max(grad.abs().max().item() for grad in one) > 1e-3
    for a, b in zip(one, other, strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-3)


# --- killed, and gone on -----------------------------------------------------------------------------------


def test_a_run_that_is_stopped_and_then_killed_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    data, run, recipe = write_data(tmp_path / "data"), tmp_path / "run", replace(RECIPE, steps=100_000, batch=2)
    words = f"train finetune --data {data} --run {run} --preset tiny --steps {recipe.steps} --batch 2 --lr 0.01"
    also = "--threads 1 --precision fp32 --save-every 0.005"
    for number, status in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
        before = count_steps(run)
        with subprocess.Popen([sys.executable, "-m", "lmdmd", *words.split(), *also.split()]) as process:
            until_s = time.monotonic() + 120
            while not list_checkpoints(run) or count_steps(run) < before + 12:
                assert process.poll() is None and time.monotonic() < until_s
                time.sleep(0.01)
            process.send_signal(number)
            assert process.wait(60) == status
    reached = count_steps(run)

    again = Trainer(TINY, recipe, run)
    assert again.resume() and 0 < again.run.clock.step <= reached
    whole = Trainer(TINY, recipe, tmp_path / "whole")
    whole.begin()
    pieces = LatentSet.load(data, "train", find_prompts(None).encode)
    last = again.run.clock.step + 20
    for trainer in (again, whole):
        while trainer.run.clock.step < last:
            trainer.run.advance(lambda trainer=trainer: trainer.step(pieces))
    told = [{line["step"]: line["loss"] for line in read_log(t.run.folder) if "loss" in line} for t in (again, whole)]
    assert told[0] == told[1] and list(told[0]) == list(range(1, last + 1))
    for trainer in (again, whole):
        trainer.run.save()
    ours, theirs = (list_checkpoints(trainer.run.folder)[-1] for trainer in (again, whole))
    for name in ("model", "ema", "optimizer"):
        assert (ours / f"{name}.safetensors").read_bytes() == (theirs / f"{name}.safetensors").read_bytes()


def count_steps(run: Path) -> int:
    """The last step that a log tells of, which another process may be writing."""
    file = run / "log.jsonl"
    lines = file.read_text().splitlines(keepends=True) if file.is_file() else []
    return max((json.loads(line)["step"] for line in lines if line.endswith("\n")), default=0)


def test_a_run_goes_on_with_the_numbers_and_the_shape_it_began_with(tmp_path: Path) -> None:
    pieces, run = make_pieces(), tmp_path / "run"
    trainer = Trainer(TINY, replace(RECIPE, precision="bf16"), run)
    trainer.begin()
    trainer.run.advance(lambda: trainer.step(pieces))
    trainer.save()
    again = Trainer(TINY, replace(RECIPE, precision="auto"), run)
    assert again.resume() and again.flow.precision is torch.bfloat16
    other = TINY.cut("block-causal", 8, 4)
    with pytest.raises(TrainError, match=r"is of another model, enc-dec 12/4, .* not block-causal 8/4"):
        Trainer(other, RECIPE, run).resume()
    assert json.loads((run / "config.json").read_text())["model"]["attention"] == "enc-dec"
    assert json.loads((run / "recipe.json").read_text())["precision"] == "bf16"


# --- cut from a base ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("known", [0, 8])
def test_training_sees_what_one_masked_pass_over_everything_sees(attention: str, known: int) -> None:
    model = make_model(TINY.cut(attention, 8, 4))
    context = Context(torch.randn(2, 64, known), torch.ones(2, 1, known))
    cond, target = Condition(torch.randn(2, 128)), torch.randn(2, 64, 4)
    noising = draw_noising(model, context, target, 3, torch.Generator().manual_seed(5))
    losses = flow_losses(model, context, target, cond, noising)
    losses.mean().backward()
    shared = gradients(model)

    apart = Context(context.latents.repeat_interleave(3, 0), context.known.repeat_interleave(3, 0))
    clean = target.repeat_interleave(3, 0)
    whole = torch.cat([apart.latents, clean], -1) if attention == "bidirectional" else clean
    noisy = (1 - noising.level[:, None, None]) * whole + noising.level[:, None, None] * noising.noise
    made = model(noisy, noising.level, Condition(cond.pooled.repeat_interleave(3, 0)), apart)
    each = (made - (noising.noise - whole)[..., -4:]).square().mean(dim=(1, 2))
    torch.testing.assert_close(losses, each, atol=1e-5, rtol=1e-4)
    each.mean().backward()
    assert_close(shared, gradients(model))


@pytest.mark.parametrize(("attention", "context"), [("enc-dec", 14), ("block-causal", 14), ("bidirectional", 14)])
@torch.inference_mode()
def test_training_sees_what_the_first_block_on_stage_sees(attention: str, context: int) -> None:
    shape = TINY.cut(attention, context, 4)
    model, pieces = make_model(shape), make_pieces()
    longest = 12 if attention == "block-causal" else 14
    crops = pieces.draw(np.random.default_rng(0), 1, longest + 4, 4)
    before, target = crops.latents[..., :-4], crops.latents[..., -4:]
    state = StreamState.init(model)
    state.prefill(before)
    prepared = model.prepare(Condition(crops.vectors))
    velocity = make_reader(model, 1, 0).open(state, prepared, 4)
    noise = state.noise(longest + 4, 0, first=state.next_latent - longest)
    noising = Noising(noise if attention == "bidirectional" else noise[..., -4:], torch.tensor([0.6]))
    noisy = torch.lerp(target, noise[..., -4:], 0.6)
    on_stage = (velocity(noisy, 0.6) - (noise[..., -4:] - target)).square().mean()
    seen = Context(before, torch.ones(1, 1, longest))
    torch.testing.assert_close(flow_losses(model, seen, target, Condition(crops.vectors), noising)[0], on_stage)


def test_a_block_causal_network_learns_with_no_more_context_than_it_will_have(tmp_path: Path) -> None:
    pieces = make_pieces()
    for attention, longest in (("enc-dec", 14), ("block-causal", 12)):
        recipe = replace(RECIPE, blocks=(4,), shares=(1.0,))
        trainer = Trainer(TINY.cut(attention, 14, 4), recipe, tmp_path / attention)
        drawn = [trainer.draw(pieces, np.random.default_rng(i), torch.Generator()).context.length for i in range(20)]
        assert max(drawn) == longest and min(drawn) == 0


def test_a_base_learns_whole_windows_and_all_others_begin_with_it(tmp_path: Path) -> None:
    data, base = write_data(tmp_path / "data"), tmp_path / "base"
    common = ["train", "finetune", "--data", str(data), "--threads", "1", "--batch", "2", "--precision", "fp32"]
    assert main([*common, "--preset", "tiny", "--attention", "bidirectional", "--steps", "3", "--run", str(base)]) == 0
    told = [line for line in read_log(base) if "loss" in line]
    assert {line["context"] for line in told} == {0} and {line["block"] for line in told} == {16}
    assert json.loads((base / "config.json").read_text())["geometry"]["context"] == 0
    weights = load_file(base / "model.safetensors")

    for attention, context, block in (("enc-dec", 12, 4), ("block-causal", 8, 8)):
        run, bundle = tmp_path / attention, tmp_path / f"{attention}-bundle"
        words = f"--attention {attention} --context {context} --block {block} --steps 2 --run {run} --bundle {bundle}"
        codec = make_tiny_bundle(tmp_path / f"{attention}-tiny").path
        assert main([*common, *words.split(), "--from", str(base), "--codec", str(codec)]) == 0
        made = load_bundle(bundle)
        assert made.model.config.attention == attention and made.geometry.context == context
        assert read_log(run)[0] == {"step": 0, "from": "base"}
        start = read_start(base, find_shape(None, base, attention=attention, context=context, block=block))
        router = start.weights["to_input_add_embed.weight"]
        latents = torch.randn(1, 3, 64)
        noiseless = nn.functional.linear(
            residual_conv(latents, weights["preprocess_conv.weight"]), weights["transformer.project_in.weight"]
        )
        known = torch.cat([torch.ones(1, 3, 1), latents], -1)
        torch.testing.assert_close(known @ router.T, noiseless, atol=1e-5, rtol=1e-4)
    assert main([*common, "--steps", "3", "--run", str(tmp_path / "enc-dec")]) == 0, "it goes on in the shape it has"


def test_a_base_is_no_bundle_and_no_window_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, base = write_data(tmp_path / "data"), tmp_path / "base"
    common = ["train", "finetune", "--data", str(data), "--steps", "1", "--batch", "2", "--threads", "1"]
    words = ["--preset", "tiny", "--attention", "bidirectional", "--run", str(base), "--bundle", str(tmp_path / "b")]
    assert main([*common, *words]) == 1
    assert "a base without context plays no stream; begin another run with it" in capsys.readouterr().err
    assert main([*common, "--from", str(base), "--attention", "enc-dec", "--run", str(tmp_path / "run")]) == 1
    assert "enc-dec needs a context; say how long with --context" in capsys.readouterr().err
    assert main([*common, "--from", str(base), "--attention", "enc-dek", "--run", str(tmp_path / "run")]) == 1
    assert 'did you mean "enc-dec"' in capsys.readouterr().err


def test_an_imported_base_is_fine_tuned_and_hears_its_prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_t5(config: t5.T5Config) -> t5.ReadText:
        return lambda prompts: (
            torch.ones(len(prompts), config.tokens, config.dim)
            * torch.tensor([float(len(prompt)) for prompt in prompts]).reshape(-1, 1, 1)
        )

    monkeypatch.setattr(t5, "open_t5", open_t5)
    import_sao(make_sao.FIXTURE / "tools", tmp_path / "small")
    data, run, made = write_data(tmp_path / "data", dim=4), tmp_path / "run", tmp_path / "made"
    words = f"--data {data} --run {run} --from {tmp_path / 'small'} --bundle {made} --batch 2 --steps 2"
    also = "--attention block-causal --context 24 --block 8 --threads 1"
    assert main(["train", "finetune", *words.split(), *also.split()]) == 0
    bundle = load_bundle(made)
    assert bundle.model.config.attention == "block-causal" and bundle.geometry.context == 24
    assert isinstance(bundle.prompts, t5.T5Prompts) and bundle.defaults["gen/sampler"] == "pingpong"
    before, after = (load_file(folder / "model.safetensors") for folder in (tmp_path / "small", made))
    name = "transformer.layers.0.cross_attn.to_kv.weight"
    assert not torch.equal(before[name], after[name])
    cond = make_condition(bundle.prompts, torch.from_numpy(bundle.prompts.encode(["a", "bcd"])))
    assert cond.tokens is not None and cond.tokens.shape == (2, 65, 24)


# --- in parts, by additions, with less memory --------------------------------------------------------------


def test_small_batches_add_up_to_a_large_one(tmp_path: Path) -> None:
    pieces, runs = make_pieces(), {}
    for name, recipe in {
        "large": replace(RECIPE, batch=6),
        "parts": replace(RECIPE, batch=2, accumulate=3),
        "other": replace(RECIPE, batch=2),
    }.items():
        trainer = Trainer(TINY, recipe, tmp_path / name)
        lines = [trainer.run.advance(lambda trainer=trainer: trainer.step(pieces)) for _ in range(6)]
        weights = torch.cat([p.detach().flatten() for p in trainer.model.parameters()])
        runs[name] = weights, torch.tensor([line["loss"] for line in lines])
    for large, parts in zip(runs["large"], runs["parts"], strict=True):
        torch.testing.assert_close(large, parts, atol=2e-5, rtol=1e-4)
    assert (runs["large"][1] - runs["other"][1]).abs().max() > 0.01


def test_parts_hold_all_of_a_batch_once(tmp_path: Path) -> None:
    trainer = Trainer(PRESETS["tiny"], replace(RECIPE, batch=2, accumulate=2), tmp_path)
    batch = trainer.draw(make_pieces(), np.random.default_rng(1), torch.Generator())
    parts: list[Batch] = split(batch, 2)
    for read in (lambda b: b.target, lambda b: b.cond.pooled, lambda b: b.noising.noise, lambda b: b.context.latents):
        assert torch.equal(torch.cat([read(part) for part in parts]), read(batch))
    assert parts[0].frames == batch.frames / 2 and len(parts[0].noising.level) == 4


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_layers_computed_twice_give_the_same_gradients(attention: str, tmp_path: Path) -> None:
    pieces, found, kept = make_pieces(), [], []
    for recompute in (False, True):
        recipe = replace(RECIPE, recompute=recompute, blocks=(4,), shares=(1.0,), drops=Drops(0.0, 0.0))
        trainer = stir(Trainer(TINY.cut(attention, 12, 4), recipe, tmp_path / str(recompute)))
        batch = trainer.draw(pieces, np.random.default_rng(3), torch.Generator().manual_seed(1))
        assert batch.context.length == 12
        sizes: list[int] = []
        with torch.autograd.graph.saved_tensors_hooks(lambda t, s=sizes: (s.append(t.numel()), t)[1], lambda t: t):
            losses = trainer.flow(batch)
        losses.mean().backward()
        found.append(gradients(trainer.model))
        kept.append(sum(sizes))
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))
    assert kept[1] < 0.6 * kept[0], "and keep less meanwhile"


def test_additions_learn_alone_and_merge_into_what_was_trained(tmp_path: Path) -> None:
    base = make_tiny_bundle(tmp_path / "tiny").path
    pieces, start, run = make_pieces(), read_start(base, TINY), tmp_path / "run"
    recipe = replace(RECIPE, lora=3)
    trainer = Trainer(TINY, recipe, run)
    trainer.begin(start)
    trainer.fit(pieces)
    for name, weight in own_weights(trainer.model).items():
        assert torch.equal(weight, start.weights[name]), "the base is as it was"
    assert sum(p.numel() for p in trainer.learner.parameters()) < 0.5 * sum(w.numel() for w in start.weights.values())
    assert not any("layers" in name for name in load_file(list_checkpoints(run)[-1] / "model.safetensors"))

    merged = load_bundle(base).model
    merge_lora(merged, Lora(run / LORA_FILE))
    shipped = load_file(run / "model.safetensors")
    moved = 0
    for name, weight in merged.state_dict().items():
        torch.testing.assert_close(shipped[name], weight, atol=1e-6, rtol=1e-5)
        moved += not torch.equal(weight, start.weights[name])
    assert moved > 10

    x, level, cond = torch.randn(2, 64, 4), torch.tensor([0.3, 0.7]), Condition(torch.randn(2, 128))
    context = Context(torch.randn(2, 64, 12), torch.ones(2, 1, 12))
    with torch.inference_mode(), trainer.ema.lent(trainer.learner):
        torch.testing.assert_close(merged(x, level, cond, context), trainer.model(x, level, cond, context))


def test_additions_are_resumed_exactly_on_the_base_they_began_with(tmp_path: Path) -> None:
    pieces, recipe = make_pieces(), replace(RECIPE, lora=2)
    start = read_start(make_tiny_bundle(tmp_path / "tiny").path, TINY)
    whole, broken = (Trainer(TINY, recipe, tmp_path / name) for name in ("whole", "broken"))
    for trainer in (whole, broken):
        trainer.begin(start)
    whole.fit(pieces)
    for _ in range(3):
        broken.run.advance(lambda: broken.step(pieces))
    broken.save()
    for rank in (0, 3):
        with pytest.raises(TrainError, match="is of another model"):
            Trainer(TINY, replace(recipe, lora=rank), tmp_path / "broken").resume()
    again = Trainer(TINY, recipe, tmp_path / "broken")
    assert again.resume()
    again.fit(pieces)
    one, other = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "broken"))
    assert all(torch.equal(one[name], other[name]) for name in one)


# --- recipes and what is told ------------------------------------------------------------------------------


def test_the_papers_recipe_is_what_the_paper_says() -> None:
    paper = find_recipe("paper")
    assert paper.items == 256 and paper.steps == 10_000 and paper.lr == 5e-5 and paper.betas == (0.9, 0.999)
    assert (paper.drops.context, paper.drops.oldest, paper.drops.prompt) == (0.2, 0.3, 0.1)
    levels = draw_levels(4000, 1, torch.Generator().manual_seed(0), paper.levels)
    assert torch.histc(levels, 4, 0, 1).min() > 900
    geometry = PRESETS["sao-small"].geometry
    drawn = {paper.targets(geometry)[i] for i, share in enumerate(paper.shares) if share}
    assert drawn == {48}
    fewer = find_recipe("paper", batch=8, drops={"prompt": 0.5}, minutes=3.0)
    assert (fewer.batch, fewer.steps, fewer.drops.prompt, fewer.drops.context) == (8, None, 0.5, 0.2)
    with pytest.raises(TrainError, match='did you mean "paper"'):
        find_recipe("papers")
    with pytest.raises(TrainError, match='no precision "fp16" among auto, fp32, bf16'):
        find_recipe("paper", precision="fp16")


def test_samples_table_and_pictures_are_written(tmp_path: Path) -> None:
    tiny, run, data = make_tiny_bundle(tmp_path / "tiny").path, tmp_path / "run", write_data(tmp_path / "data")
    words = f"--data {data} --run {run} --from {tiny} --steps 3 --batch 2 --threads 1 --sample-every 60 --recipe paper"
    assert main(["train", "finetune", *words.split(), "--accumulate", "2"]) == 0
    made = sorted(file.name for file in (run / "samples").iterdir())
    assert made == ["0000003-0.flac", "0000003-1.flac", "0000003-2.flac", "0000003.png", "prompts.json"]
    assert (run / "samples" / "0000003.png").read_bytes().startswith(b"\x89PNG")
    audio, rate_hz = sf.read(run / "samples" / "0000003-1.flac")
    assert audio.shape[1] == 2 and len(audio) >= 12 * rate_hz and np.abs(audio).max() > 1e-4
    rows = (run / "log.csv").read_text().splitlines()
    assert rows[0].startswith("step,heldout,loss,") and len(rows) == 1 + 1 + 3 + 1
    bands = [line for line in read_log(run) if "loss_low" in line or "loss_high" in line]
    assert bands and all(set(band) >= {"loss", "norm", "lr"} for band in bands)


def test_a_device_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=r'no device "nonesuch" to train on: .*; try cpu'):
        finetune(data=tmp_path, run=tmp_path, encode=np.asarray, recipe=RECIPE, device="nonesuch")


def test_tensorboard_reads_the_log(tmp_path: Path) -> None:
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    trainer, pieces = Trainer(TINY, RECIPE, tmp_path), make_pieces()
    trainer.begin()
    trainer.run.show()
    trainer.fit(pieces)
    events = reader.EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    told = [line["loss"] for line in read_log(tmp_path) if "loss" in line]
    assert [event.value for event in events.Scalars("loss")] == pytest.approx(told)
