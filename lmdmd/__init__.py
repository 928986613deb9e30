"""lmdmd: a headless daemon that puts a Live Music Diffusion Model on stage."""

__version__ = "0.1.0"
