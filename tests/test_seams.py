"""Joins that click are heard, joins that do not are not; copies of training music are found wherever they lie."""

import pytest
import torch

from lmdmd.train.memorise import COPY, EXCERPT_LATENTS, cut_excerpts, find_nearest, summarise_copies
from lmdmd.train.seams import join_frames, latent_steps, mean_ratio, ratios, summarise_seams

BLOCK, LATENT_FRAMES = 10, 2048
FRAMES = 20 * BLOCK * LATENT_FRAMES


def smooth_sound(seed=0):
    noise = 0.1 * torch.randn(1, 1, FRAMES, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.avg_pool1d(noise, 5, 1, 2)[0].repeat(2, 1)


def smooth_latents(seed=0):
    return torch.randn(64, FRAMES // LATENT_FRAMES, generator=torch.Generator().manual_seed(seed))


def test_sound_that_goes_on_has_no_seams():
    clips = [(smooth_sound(seed), smooth_latents(seed)) for seed in range(3)]
    found = summarise_seams(clips, BLOCK, LATENT_FRAMES, [smooth_sound(9)])
    for figure in (found["flux"], found["bend"], found["latent"], found["control"]["flux"], found["control"]["bend"]):
        assert figure == pytest.approx(1, abs=0.1)
    assert found["joins"] == 3 * 19
    assert 0.3 < found["rank"] < 0.7


def test_a_click_at_every_join_is_found():
    audio, latents = smooth_sound(), smooth_latents()
    audio[:, join_frames(FRAMES, BLOCK * LATENT_FRAMES)] += 0.9
    found = summarise_seams([(audio, latents)], BLOCK, LATENT_FRAMES)
    assert found["clicks"] == found["joins"] == 19
    assert found["bend"] > 3
    assert found["flux"] > 1.2
    assert found["latent"] == pytest.approx(1, abs=0.1)


def test_clicks_elsewhere_are_not_seams():
    audio = smooth_sound()
    audio[:, [frame + 9000 for frame in join_frames(FRAMES, BLOCK * LATENT_FRAMES)]] += 0.9
    found = ratios([audio], [join_frames(FRAMES, BLOCK * LATENT_FRAMES)])
    assert found["bend"] < 1
    assert summarise_seams([(audio, smooth_latents())], BLOCK, LATENT_FRAMES)["clicks"] == 0


def test_latents_that_jump_from_block_to_block_are_found():
    steps = torch.arange(FRAMES // LATENT_FRAMES).float()
    latents = (steps + 4 * (steps // BLOCK)).repeat(64, 1)
    assert mean_ratio([latent_steps(latents, BLOCK)]) == pytest.approx(5)


def training():
    """Pieces [T, D]: red noise, so that neighbours are alike, as in music."""
    generator = torch.Generator().manual_seed(1)
    steps = torch.randn(6, 300, 64, generator=generator)
    return list((steps.cumsum(1) / 10 + torch.randn(6, 300, 64, generator=generator)).half())


def test_a_planted_copy_is_found_where_it_lies():
    pieces = training()
    start = 137
    copied = pieces[4][start : start + EXCERPT_LATENTS].float().T
    near = copied + 0.05 * torch.randn(copied.shape, generator=torch.Generator().manual_seed(2))
    other = cut_excerpts(torch.randn(64, 100, generator=torch.Generator().manual_seed(3)))
    found = find_nearest(torch.stack([copied, near, *other]), pieces)
    assert found.places[:2] == [(4, start), (4, start)]
    assert found.shares[0] == pytest.approx(0, abs=1e-3)
    assert found.shares[1] < COPY
    assert (found.shares[2:] > 0.5).all()
    told = summarise_copies(found.shares[:2], found.shares[2:])
    assert (told["copies"], told["copies_heldout"], told["below_all_heldout"]) == (2, 0, 1.0)


def test_what_is_left_over_is_a_share_of_the_excerpt(monkeypatch):
    from lmdmd.train import memorise

    pieces = training()
    excerpts = cut_excerpts(torch.randn(64, 100, generator=torch.Generator().manual_seed(3)))
    whole = find_nearest(excerpts, pieces).shares
    monkeypatch.setattr(memorise, "CHUNK", 17)
    torch.testing.assert_close(find_nearest(excerpts, pieces).shares, whole)
    mean = memorise.mean_latent(pieces)
    query = (excerpts[0] - mean[:, None]).flatten()
    windows = torch.cat([w for p in pieces for _, w in memorise.chunk_windows((p.float() - mean).T, 43)])
    least = (windows - query).square().sum(1).min() / query.square().sum()
    assert whole[0].item() == pytest.approx(least.item(), rel=1e-3)


def test_pieces_shorter_than_an_excerpt_hold_no_copy():
    pieces = [*training(), torch.zeros(10, 64).half()]
    assert all(piece != 6 for piece, _ in find_nearest(torch.zeros(1, 64, 43) + 0.1, pieces).places)
