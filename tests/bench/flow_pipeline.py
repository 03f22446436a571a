"""pipeline.py's measurements with networks built like FLUX.1's, of blocks that cost the same: a block of both streams has twice a single one's weights, and
does as much with each token. So a pipeline of two one-thread stages can be halved evenly, and should reach its formula.

    flow_pipeline.py FANLIGHT [ROUNDS]

Memory: a network of 1.5 GB. Exits with 1 if a target is missed.
"""
import os
import pathlib
import sys
import tempfile

import flow_against_diffusers as flow
import pipeline

IMAGES = 8  # so many that starting weighs little
SIZE = ["-W", "256", "-H", "256"]
# A decoder of next to nothing: it would be the last stage's alone.
FAST_DECODER = [16, 16, 16, 16]
EQUAL = dict(num_layers=1, num_single_layers=15, num_attention_heads=2, channels=FAST_DECODER)
EMPTY = EQUAL | dict(num_single_layers=1, num_attention_heads=1)
LARGE = EQUAL | dict(num_single_layers=22, num_attention_heads=8)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    print(f"load average at the start: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        models = {}
        for name, shape in (("equal", EQUAL), ("empty", EMPTY), ("large", LARGE)):
            models[name] = f"{folder}/{name}"
            flow.MODELS["flux_1"].write(models[name], **shape)
        print(f"a network of {EQUAL['num_layers'] + EQUAL['num_single_layers']} equal blocks, {IMAGES} images of {pipeline.STEPS} steps")
        fast = pipeline.compare_speed(program, models["equal"], IMAGES, rounds, SIZE)
        small = pipeline.compare_memory(program, models["empty"], models["large"])
    if not (fast and small):
        sys.exit(1)


if __name__ == "__main__":
    main()
