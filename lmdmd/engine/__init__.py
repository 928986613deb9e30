"""One deck: a model, its stream and its prompts, writing audio to a ring ahead of the playhead."""
