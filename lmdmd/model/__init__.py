"""The live music diffusion model: layers, sampling, codec, prompts (torch; blind to audio devices)."""
