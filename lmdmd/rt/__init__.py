"""Real time: shared memory between the processes, the mixer, and the sound device. Knows no model."""
