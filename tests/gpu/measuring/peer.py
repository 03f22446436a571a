"""diffusers beside Fanlight, with the same models, sizes, dtypes and batch sizes: as it is, then with its network compiled; a process for each shape."""
import itertools
import json
import subprocess
import sys

# Arguments: model, width, height, steps, dtype, batch size, device, whether to compile, what else the pipeline is told, as JSON. The first call warms up;
# then the median of three. Transformers are compiled block by block, as diffusers advises: a whole one takes minutes.
PEER = """
import json, statistics, sys, time
import torch
from diffusers import DiffusionPipeline
model, width, height, steps, dtype, batch, device, compiled, told = sys.argv[1:]
card = device.startswith("cuda")
pipe = DiffusionPipeline.from_pretrained(model, torch_dtype=getattr(torch, dtype), use_safetensors=True).to(device)
pipe.set_progress_bar_config(disable=True)
if compiled == "compiled" and hasattr(pipe, "unet"):
    pipe.unet = torch.compile(pipe.unet)
elif compiled == "compiled":
    pipe.transformer.compile_repeated_blocks()
def call(seed):
    begun = time.monotonic()
    generators = [torch.Generator("cpu").manual_seed(seed + i) for i in range(int(batch))]
    pipe(prompt=["a dog"] * int(batch), num_inference_steps=int(steps), width=int(width), height=int(height), generator=generators,
         **json.loads(told))
    if card:
        torch.cuda.synchronize()
    return time.monotonic() - begun
first = call(42)
again = [call(42 + 100 * i) for i in range(3)]
print(json.dumps({"first_call_seconds": first, "seconds_an_image": statistics.median(again) / int(batch),
                  "reserved": torch.cuda.max_memory_reserved() if card else None}))
"""


def step(bench):
    if is_missing(bench, "peer"):
        return
    subjects = [subject for subject in bench.subjects.values() if subject.folder.exists()]
    for how, subject in itertools.product(ways(bench), subjects):
        for dtype, batch in itertools.product(subject.dtypes, bench.sizes.batches_of_peer):
            measure(bench, subject, dtype, batch, how)


def is_missing(bench, step):
    """If so, the step says it."""
    if missing := subprocess.run([sys.executable, "-c", "import torch, diffusers, transformers"], capture_output=True).returncode:
        bench.report.write(step, "diffusers", left_out="python3 has no torch with diffusers and transformers here")
    return bool(missing)


def ways(bench):
    return ("eager",) if bench.options.dry else ("eager", "compiled")  # to compile takes minutes on a processor


def measure(bench, subject, dtype, batch, how, step="peer", **limits):
    before = bench.card.gauge.settled()
    command = [sys.executable, "-c", PEER, subject.folder, *subject.size, bench.sizes.steps_of_speed, dtype, batch, bench.peer_device, how,
               json.dumps(subject.peer)]
    made = bench.programs.run(command, environment={"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}, **limits)
    what = f"{subject.name}, {dtype}, batch size {batch}, {how}"
    if made.status != 0:
        return bench.report.write(step, what, **made.why())
    figures = json.loads(made.out.strip().splitlines()[-1])
    own = subject.seconds.get((dtype, batch))
    peak = bench.card.gauge.peak(made.begun, made.ended)
    bench.report.write(step, what, **figures, taken=peak and peak - before, fanlight_seconds_an_image=own,
                       fanlight_is_faster_by=own and figures["seconds_an_image"] / own)
