"""Are the same pictures the same bytes: made again, as one stage, offloaded, and with little memory?"""
import json
import subprocess
import sys

# Whether attention gives the same bits each time: cuDNN's is switched off in Fanlight, so PyTorch is asked.
ATTENTION = """
import json, sys, torch
from torch.nn.attention import SDPBackend, sdpa_kernel
device = sys.argv[1]
for heads, tokens, keys, width in ((8, 4096, 4096, 40), (8, 4096, 77, 40), (8, 1024, 1024, 80), (8, 256, 256, 160), (8, 64, 64, 160)):
    for backend in (SDPBackend.CUDNN_ATTENTION, SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH):
        torch.manual_seed(1)
        q, k, v = (torch.randn(8, heads, n, width, dtype=torch.float16, device=device) for n in (tokens, keys, keys))
        line = {"backend": backend.name, "tokens": tokens, "keys": keys, "width": width}
        try:
            with sdpa_kernel(backend):
                first = torch.nn.functional.scaled_dot_product_attention(q, k, v)
                same = all(torch.equal(first, torch.nn.functional.scaled_dot_product_attention(q, k, v)) for _ in range(20))
            print(json.dumps(line | {"same": same}), flush=True)
        except RuntimeError as error:
            print(json.dumps(line | {"same": None, "why": str(error).splitlines()[0][:100]}), flush=True)
"""


def step(bench):
    bench.card_map.write_text(json.dumps({"": "cpu"}))
    for dtype, batch in ((dtype, batch) for dtype in bench.sizes.dtypes_of_pictures for batch in (1, 4)):
        compare(bench, dtype, batch)
    attention(bench)


def compare(bench, dtype, batch):
    options = [*bench.shape, "--steps", bench.sizes.steps_of_pictures, "--dtype", dtype, "--batch-size", batch, "--images", max(2, batch)]
    what = f"{dtype}, batch size {batch}"
    first = bench.generate(bench.model, *options)
    bench.report.expect(len(first.images) == max(2, batch), "pictures", what, **(first.why() if first.status else {}))

    def same(how, made, all_of_them=True):
        equal = bool(made.images) and made.images.items() <= first.images.items()
        holds = equal and made.images == first.images if all_of_them else equal or not made.images
        bench.report.expect(holds, "pictures", f"{what}, {how}", same=equal, made=len(made.images), **(made.why() if made.status else {}))

    same("again", bench.generate(bench.model, *options))
    same("as one stage", bench.generate(bench.model, *options, "--mode", "pipelined", "--stages", 1, "--split-points", "accelerate"))
    same("offloaded", bench.generate(bench.model, *options, "--mode", "sharded", "--device-map", bench.card_map))
    plan = bench.programs.plan("a dog", "-m", bench.model, "--devices", "cuda:0", *options)
    leave = int(max(bench.sizes.left, 1.1 * plan["needed"] if plan else 0))
    with bench.card.memory_taken(leave) as environment:  # too little may be refused, but changes nothing
        same(f"with {leave / 1e9:.2f} GB left", bench.generate(bench.model, *options, environment=environment), all_of_them=False)


def attention(bench):
    command = [sys.executable, "-c", ATTENTION, bench.sizes.attention_on]
    if subprocess.run([sys.executable, "-c", "import torch"], capture_output=True).returncode or not bench.sizes.attention_on:
        return bench.report.write("pictures", "attention", left_out="python3 has no torch here, or no card")
    made = bench.programs.run(command, environment={"CUDA_DEVICE_ORDER": "PCI_BUS_ID"})
    lines = [json.loads(line) for line in made.out.splitlines() if line.startswith("{")]
    for line in lines:
        bench.report.write("pictures", "attention, 20 times the same", **line)
    if not lines:
        bench.report.write("pictures", "attention", **made.why())
