"""The verbs that make bundles: ``lmdmd train`` and ``lmdmd import-sao``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmdmd.cli_numbers import above_zero, share, whole
from lmdmd.cli_verbs import DATA_HELP, RUNS, add_verb, find_data, print_table, take_said
from lmdmd.config import MOST_THREADS

if TYPE_CHECKING:
    from lmdmd.model.lora import Lora

_DROPS = ("drop_context", "drop_oldest", "drop_prompt")
_ARC = (
    *(
        "minutes",
        "steps",
        "batch",
        "blocks",
        "rollouts",
        "context",
        "least_steps",
        "most_steps",
        "lr",
        "lr_discriminator",
    ),
    *("contrast", "smooth", "precision", "recompute", "seed"),
)
"""What of the recipe of ARC-Forcing can be said."""


def add_training(verbs: argparse._SubParsersAction) -> None:
    """Add the stages of training, and the way of a checkpoint from elsewhere."""
    _add_import(verbs)
    train = verbs.add_parser("train", help="Train a model.")
    stages = train.add_subparsers(required=True, metavar="STAGE")
    codec = add_verb(stages, "codec", _train_codec, "Train the codec's decoder.", extra="train")
    finetune = add_verb(stages, "finetune", _train_finetune, "Train the diffusion model on latents.", extra="train")
    arc = add_verb(
        stages, "arc", _train_arc, "Post-train a bundle on what it plays itself (ARC-Forcing).", extra="train"
    )
    ladder = add_verb(
        *(stages, "ladder", _train_ladder, "Train for long and short blocks, and compare (paper's Table 2)."),
        extra="train",
    )
    runs = (codec, RUNS / "codec"), (finetune, RUNS / "finetune"), (arc, RUNS / "arc"), (ladder, RUNS / "ladder")
    for parser, run in runs:
        parser.add_argument("--data", type=Path, help=DATA_HELP)
        parser.add_argument("--run", type=Path, default=run, help="folder of checkpoints, log and plots")
        parser.add_argument("--minutes", type=above_zero(), help="stop after so many minutes")
        parser.add_argument("--steps", type=whole(1), help="stop after so many steps")
        parser.add_argument("--batch", type=whole(1))
        parser.add_argument("--lr", type=above_zero())
        parser.add_argument("--threads", type=whole(1, MOST_THREADS), metavar="N")
        parser.add_argument("--fresh", action="store_true", help="start again instead of resuming")
    ear = add_verb(stages, "ear", _train_ear, "Train a network that hears styles, for evaluations.", extra="train")
    ear.add_argument("--data", type=Path, help=DATA_HELP)
    ear.add_argument("--run", type=Path, default=RUNS / "ear", help="folder that gets ear.safetensors")
    ear.add_argument("--minutes", type=above_zero(), help="stop after so many minutes")
    ear.add_argument("--steps", type=whole(1), help="stop after so many steps")
    ear.add_argument("--batch", type=whole(2))
    ear.add_argument("--lr", type=above_zero())
    ear.add_argument("--threads", type=whole(1, MOST_THREADS), metavar="N")
    codec.add_argument(
        "--crop", dest="crop_latents", type=whole(2), metavar="LATENTS", help="length of what is decoded in a step"
    )
    codec.add_argument(
        "--adversarial-after", type=share, metavar="SHARE", help="let an adversary join in after this share"
    )
    codec.add_argument("--save-every", type=above_zero(), metavar="MINUTES", help="write a checkpoint (default: 3)")
    for parser in (finetune, arc, ladder):
        parser.add_argument(
            "--from",
            dest="start",
            metavar="BUNDLE",
            required=parser is arc,
            help="begin with the weights of this bundle, or of another run",
        )
        parser.add_argument(
            "--codec", type=Path, help="run or bundle that holds the codec (default: --from's, or runs/codec)"
        )
        parser.add_argument(
            "--prompts", type=Path, help="folder of a prompt encoder (default: --from's, or the house bundle's)"
        )
    _finetune_options(finetune)
    _arc_options(arc)
    for parser in (finetune, arc):
        parser.add_argument("--prompt", default="", metavar="TEXT", help="what the bundle plays until it is asked")
        parser.add_argument("--bundle", type=Path, help="write the finished bundle here")
    ladder.add_argument("--preset", help="a preset with conditions (default: pocket-live)")
    ladder.add_argument("--rungs", nargs="+", metavar="NAME", help='such as "enc-dec 230/10" (default: the paper\'s)')
    ladder.add_argument("--pieces", type=whole(1), help="held-out pieces of each style to follow (default: 3)")
    ladder.add_argument("--json", action="store_true", help="print the report as one JSON object")


def _add_import(verbs: argparse._SubParsersAction) -> None:
    sao = add_verb(verbs, "import-sao", _import_sao, "Make a bundle of your checkpoint of Stable Audio Open Small.")
    sao.add_argument("checkpoint", type=Path, help="its .safetensors or .ckpt file, or its folder")
    sao.add_argument("--config", type=Path, metavar="JSON", help="the model's config (default: beside the file)")
    sao.add_argument("--out", type=Path, required=True, metavar="BUNDLE")
    sao.add_argument("--t5", default="", metavar="FOLDER", help="folder of T5 (default: t5-base of transformers)")
    sao.add_argument("--lora", action="append", default=[], metavar="FILE[:SCALE]", help="merge this at load")


def _finetune_options(parser: argparse.ArgumentParser) -> None:
    """How a network is shaped, how it learns, and what is told of it."""
    add = parser.add_argument
    add("--preset", help="sizes of the network (default: --from's, or pocket)")
    add("--attention", metavar="KIND", help="enc-dec, block-causal or bidirectional (default: as the preset has it)")
    add("--context", type=whole(0), metavar="LATENTS", help="latents of context in a window")
    add("--block", type=whole(1), metavar="LATENTS", help="latents of a block")
    add("--recipe", default="house", metavar="NAME", help="house, or paper for large networks on a GPU")
    add("--accumulate", type=whole(1), metavar="N", help="draw N batches for a step: as one of N times the size")
    add("--lora", type=whole(1), metavar="RANK", help="learn low-rank additions to the weights, saved alone as well")
    add("--precision", metavar="NAME", help="auto, fp32 or bf16 (default: what this machine is fast with)")
    add("--recompute", action="store_true", default=None, help="compute layers twice, and keep less in memory")
    add("--shard", action="store_true", help="under torchrun: split the network among the processes")
    add("--drop-context", type=share, metavar="SHARE", help="contexts that are hidden (default: 0.2)")
    add("--drop-oldest", type=share, metavar="SHARE", help="contexts that lack their oldest blocks (default: 0.3)")
    add("--drop-text", dest="drop_prompt", type=share, metavar="SHARE", help="prompts that are hidden (default: 0.1)")
    add("--seed", type=whole(0))
    add("--device", metavar="NAME", help="cpu, cuda, ... (default: cpu)")
    add("--save-every", type=above_zero(), metavar="MINUTES", help="write a checkpoint (default: every 5)")
    add("--sample-every", type=above_zero(), metavar="MINUTES", help="play held-out prompts into the run's samples")
    add("--tensorboard", action="store_true", help="write the log for TensorBoard as well")


def _arc_options(parser: argparse.ArgumentParser) -> None:
    """What listens, how far roll-outs go, and how both networks learn."""
    add = parser.add_argument
    add("--base", required=True, metavar="RUN", help="bidirectional network that the discriminator begins with")
    add("--blocks", type=whole(1), metavar="N", help="blocks of a roll-out (default: 12)")
    add("--rollouts", type=whole(1), metavar="N", help="roll-outs at most that go on from one another (default: 8)")
    add("--context", type=whole(1), metavar="LATENTS", help="latents it looks back from now on (default: as before)")
    add("--least-steps", type=whole(1), metavar="N", help="denoising steps of a block at least (default: 2)")
    add("--most-steps", type=whole(1), metavar="N", help="and at most (default: 8)")
    add("--lr-discriminator", type=above_zero())
    add("--contrast", type=share, metavar="WEIGHT", help="of the contrastive loss (default: 1)")
    add("--smooth", type=above_zero(), metavar="WEIGHT", help="of how steeply scores change (default: 10)")
    add("--precision", metavar="NAME", help="auto, fp32 or bf16 (default: what this machine is fast with)")
    add("--recompute", action="store_true", default=None, help="the discriminator's layers twice, with less memory")
    add("--shard", action="store_true", help="under torchrun: split the networks among the processes")
    add("--seed", type=whole(0))
    add("--device", metavar="NAME", help="cpu, cuda, ... (default: cpu)")


def _train_codec(options: argparse.Namespace) -> int:
    from lmdmd.train.codec import train_codec

    saving = {"save_every_s": 60 * options.save_every} if options.save_every else {}
    said = take_said(options, "crop_latents", "adversarial_after")
    train_codec(
        data=find_data(options), run=options.run, resume=not options.fresh, **said, **saving, **_amounts(options)
    )
    return 0


def _train_finetune(options: argparse.Namespace) -> int:
    from functools import partial

    from lmdmd.model.bundle import make_condition
    from lmdmd.train.export import choose_defaults, export_bundle, find_any_codec, find_prompts
    from lmdmd.train.finetune import finetune
    from lmdmd.train.parallel import Ranks
    from lmdmd.train.recipe import find_recipe
    from lmdmd.train.run_log import is_run
    from lmdmd.train.samples import Samples, read_prompts
    from lmdmd.train.start import find_start

    start = find_start(options.start) if options.start else None
    bundle = None if start is None or is_run(start) else start
    folder, codec = options.prompts or bundle, options.codec or bundle or RUNS / "codec"
    data, prompts, defaults = find_data(options), find_prompts(folder), choose_defaults(start, options.prompt)
    samples = None
    if options.sample_every:
        samples = Samples(read_prompts(data), prompts, find_any_codec(codec), defaults)
    finetune(
        data=data,
        run=options.run,
        encode=prompts.encode,
        condition=partial(make_condition, prompts),
        recipe=find_recipe(options.recipe, **_recipe_changes(options)),
        start=start,
        resume=not options.fresh,
        samples=samples,
        sample_every_s=60 * (options.sample_every or 0),
        tensorboard=options.tensorboard,
        sharded=options.shard,
        **take_said(options, "preset", "attention", "context", "block", "threads", "device"),
        **({"save_every_s": 60 * options.save_every} if options.save_every else {}),
    )
    if options.bundle and Ranks.from_environment().first:
        export_bundle(options.run, options.bundle, codec=codec, prompts=folder, defaults=defaults)
    return 0


def _recipe_changes(options: argparse.Namespace) -> dict[str, Any]:
    """What of a recipe was said."""
    drops = {name.removeprefix("drop_"): value for name, value in take_said(options, *_DROPS).items()}
    names = ("minutes", "steps", "batch", "accumulate", "lr", "seed", "precision", "lora", "recompute")
    return {**take_said(options, *names), "drops": drops}


def _train_arc(options: argparse.Namespace) -> int:
    from functools import partial

    from lmdmd.model.bundle import make_condition
    from lmdmd.train.arc import ArcRecipe, post_train
    from lmdmd.train.export import choose_arc_defaults, export_bundle, find_prompts
    from lmdmd.train.network import read_network
    from lmdmd.train.parallel import Ranks
    from lmdmd.train.run_log import is_run
    from lmdmd.train.start import find_start

    start = find_start(options.start)
    bundle = None if is_run(start) else start
    folder, codec = options.prompts or bundle, options.codec or bundle or RUNS / "codec"
    prompts = find_prompts(folder)
    post_train(
        data=find_data(options),
        run=options.run,
        encode=prompts.encode,
        condition=partial(make_condition, prompts),
        start=read_network(start),
        base=read_network(find_start(options.base)),
        recipe=ArcRecipe(**take_said(options, *_ARC)),
        resume=not options.fresh,
        sharded=options.shard,
        **take_said(options, "threads", "device"),
    )
    if options.bundle and Ranks.from_environment().first:
        defaults = choose_arc_defaults(start, options.prompt)
        export_bundle(options.run, options.bundle, codec=codec, prompts=folder, defaults=defaults)
    return 0


def _train_ear(options: argparse.Namespace) -> int:
    from lmdmd.train.train_ear import EAR_FILE, train_ear

    ear = train_ear(data=find_data(options), run=options.run, **_amounts(options))
    print(f"{options.run / EAR_FILE}: {json.dumps(ear.config.figures)}", file=sys.stderr)
    return 0


def _train_ladder(options: argparse.Namespace) -> int:
    from lmdmd.train.export import find_codec, find_prompts
    from lmdmd.train.ladder import climb
    from lmdmd.train.ladder_show import explain, tabulate, used_columns
    from lmdmd.train.parallel import check_alone
    from lmdmd.train.start import find_start

    check_alone("train ladder")
    start = find_start(options.start) if options.start else None
    report = climb(
        data=find_data(options),
        run=options.run,
        codec=find_codec(options.codec or start or RUNS / "codec"),
        prompts=find_prompts(options.prompts or start),
        start=start,
        resume=not options.fresh,
        **{name: value for name in ("preset", "rungs", "pieces") if (value := getattr(options, name))},
        **_amounts(options),
    )
    if options.json:
        print(json.dumps(report))
        return 0
    rows = tabulate(report)
    print_table(rows, used_columns(rows), as_json=False)
    print("", *explain(), sep="\n")
    return 0


def _import_sao(options: argparse.Namespace) -> int:
    from lmdmd.model.import_sao import import_sao

    loras = [_lora(said) for said in options.lora]
    info = import_sao(options.checkpoint, options.out, config=options.config, t5=options.t5, loras=loras)
    print(f"{info.path}: {info.size_bytes / 1e6:.0f} MB; lmdmd run --model {info.path}", file=sys.stderr)
    return 0


def _lora(said: str) -> Lora:
    """Read FILE or FILE:SCALE."""
    from lmdmd.model.lora import Lora

    file, _, scale = said.rpartition(":")
    try:
        return Lora(Path(file), float(scale)) if file else Lora(Path(said))
    except ValueError:
        return Lora(Path(said))


def _amounts(options: argparse.Namespace) -> dict[str, Any]:
    """How much to train, and how: only what was said, so that each stage keeps its own defaults."""
    return take_said(options, "minutes", "steps", "batch", "lr", "threads")
