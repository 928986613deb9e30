"""Training: data we own, losses, loops, evaluation. Sees the model, never the engine or audio."""
