"""Fanlight against diffusers with a network built like Stable Diffusion XL's, a quarter as wide, with random weights: sampling, peak memory, and what another
LoRA for each row costs, in time and memory. On the CPU in float32, alternating; medians of several rounds.

    xl_against_diffusers.py FANLIGHT [ROUNDS]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SIZE, STEPS, IMAGES = 512, 6, 3
LIBRARIES = ("import torch, diffusers; from diffusers import StableDiffusionXLPipeline; "
             "from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer")

MODEL = """
import sys, torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer
torch.manual_seed(0)
unet = UNet2DConditionModel(
    sample_size=64, block_out_channels=(80, 160, 320), layers_per_block=2, transformer_layers_per_block=(1, 2, 10), attention_head_dim=(5, 10, 20),
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    norm_num_groups=16, cross_attention_dim=512, use_linear_projection=True, addition_embed_type="text_time", addition_time_embed_dim=64,
    projection_class_embeddings_input_dim=6 * 64 + 320)
vae = AutoencoderKL(block_out_channels=(32, 64, 128, 128), down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
                    layers_per_block=2, norm_num_groups=16, latent_channels=4, scaling_factor=0.13025)
def clip(width, kind):
    return kind(CLIPTextConfig(hidden_size=width, intermediate_size=4 * width, num_hidden_layers=6, num_attention_heads=width // 64, projection_dim=width,
                               vocab_size=49408, bos_token_id=49406, eos_token_id=49407))
tokenizer = CLIPTokenizer.from_pretrained(sys.argv[2])
StableDiffusionXLPipeline(vae=vae, text_encoder=clip(192, CLIPTextModel), text_encoder_2=clip(320, CLIPTextModelWithProjection), tokenizer=tokenizer,
                          tokenizer_2=tokenizer, unet=unet, scheduler=EulerDiscreteScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012)
                          ).save_pretrained(sys.argv[1])
"""

# Which layers a LoRA changes, and its rank
LORAS = {"attention layers, rank 16": (".attn", 16), "all matrices and convolutions, rank 32": ("", 32)}
SWITCHES = 20

LORA = """
import sys, torch
from safetensors.torch import load_file, save_file
torch.manual_seed(1)
weights, rank, layers = load_file(sys.argv[1] + "/unet/diffusion_pytorch_model.safetensors"), int(sys.argv[4]), {}
for key, value in weights.items():
    if sys.argv[3] in key and key.endswith(".weight") and value.dim() > 1:
        name = "unet." + key.removesuffix(".weight")
        layers[name + ".lora_A.weight"] = torch.randn(rank, *value.shape[1:]) / 100
        layers[name + ".lora_B.weight"] = torch.randn(value.shape[0], rank, *([1, 1] if value.dim() == 4 else [])) / 100
save_file(layers, sys.argv[2])
"""

PEER = LIBRARIES + """
import sys, time
torch.set_num_threads(int(sys.argv[2]))
pipe = StableDiffusionXLPipeline.from_pretrained(sys.argv[1])
pipe.set_progress_bar_config(disable=True)
start = time.monotonic()
for i in range(IMAGES):
    pipe("a dog", num_inference_steps=STEPS, guidance_scale=5.0, width=SIZE, height=SIZE, generator=torch.Generator("cpu").manual_seed(42 + i)).images[0].save(
        sys.argv[3] + f"/{i}.png")
print(time.monotonic() - start)
"""


# What work takes at least: counting() counts operations, among them those of the attention that CPUs use, which PyTorch's counter does not know;
# operations_a_second() is the rate of a large product.
COUNTING = """
import time, torch
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count
def attention(query, key, value, *_, **more):
    return sdpa_flop_count(query, key, value)
def counting():
    return FlopCounterMode(display=False, custom_mapping={torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: attention})
def operations_a_second():
    a, b = torch.randn(2048, 2048), torch.randn(2048, 2048)
    best = 1e9
    for _ in range(12):
        begun = time.monotonic()
        a @ b
        best = min(best, time.monotonic() - begun)
    return 2 * 2048 ** 3 / best
"""

# The time of all images if all their operations were of such products.
BOUND = LIBRARIES + COUNTING + """
import sys
torch.set_num_threads(int(sys.argv[2]))
pipe = StableDiffusionXLPipeline.from_pretrained(sys.argv[1])
pipe.set_progress_bar_config(disable=True)
def operations(steps):
    with counting() as counter:
        pipe("a dog", num_inference_steps=steps, guidance_scale=5.0, width=SIZE, height=SIZE)
    return counter.get_total_flops()
one, two = operations(1), operations(2)
print(IMAGES * (one + (STEPS - 1) * (two - one)) / operations_a_second())
"""


def processes_below(pid):
    """The process and all that it has started."""
    yield pid
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from processes_below(int(child))


def private_bytes(pid):
    """What it has of memory that it cannot share, in bytes."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("RssAnon:", "RssFile:")))


def measured(command, **options):
    """Output, and the most memory of any of its processes at a time."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    most = 0

    def watch():
        nonlocal most
        while process.poll() is None:
            most = max([most] + [private_bytes(pid) for pid in processes_below(process.pid)])
            time.sleep(0.02)

    watching = threading.Thread(target=watch)
    watching.start()
    out, errors = process.communicate()
    watching.join()
    if process.returncode != 0:
        sys.exit(errors)
    return out, most


def fanlight(program, *arguments, size=SIZE, steps=STEPS, guidance=5.0):
    """Seconds of the images, of the run, and the most memory of a process. Without `guidance`, arguments say it."""
    told = [] if guidance is None else ["--cfg-scale", str(guidance)]
    with tempfile.TemporaryDirectory() as folder:
        out, most = measured([program, "generate", "--json", "--devices", "cpu", "--steps", str(steps), *told, "-W", str(size), "-H", str(size),
                              "-o", f"{folder}/out", *arguments])
        events = [json.loads(line) for line in out.splitlines()]
        return sum(event["seconds"] for event in events if event["type"] == "image"), events[-1]["seconds"], most


def rows_with(folder, name, lora, weights):
    """A list of pictures of one step, with these weights of a LoRA."""
    file = f"{folder}/{name}.csv"
    pathlib.Path(file).write_text("prompt,loras,steps\n" + "".join(f"a dog,{lora}:{weight},1\n" for weight in weights))
    return file


def compare_switches(program, folder, model, step, rounds):
    """Each row its own weight, against one for all; and what a worker needs for two rows and for many."""
    for name, (part, rank) in LORAS.items():
        lora = f"{folder}/lora.safetensors"
        subprocess.run([sys.executable, "-c", LORA, model, lora, part, str(rank)], check=True)
        weights = [0.5 + i / 100 for i in range(SWITCHES + 1)]
        lists = [rows_with(folder, "one", lora, [0.5] * len(weights)), rows_with(folder, "few", lora, weights[:2]), rows_with(folder, "several", lora, weights)]
        runs = [[fanlight(program, "-m", model, "-p", rows, size=64) for rows in lists] for _ in range(rounds)]
        switch = statistics.median((several[1] - one[1]) / SWITCHES for one, _, several in runs)
        grown = statistics.median(several[2] - few[2] for _, few, several in runs)
        print(f"another LoRA of {name}: {1000 * switch:.0f} ms, {switch / step:.3f} of a step of 1024x1024 (target 0.1); "
              f"{grown / 2**20:.0f} MiB more after {SWITCHES} switches than after one (target 0)")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    starter = pathlib.Path(program).parent.parent / "resources/starter/model"
    threads = str(len(os.sched_getaffinity(0)))
    median = statistics.median
    with tempfile.TemporaryDirectory() as folder:
        model = f"{folder}/xl"
        subprocess.run([sys.executable, "-c", MODEL, model, str(starter / "tokenizer")], check=True)
        peer_source = f"STEPS, SIZE, IMAGES = {STEPS}, {SIZE}, {IMAGES}\n" + PEER
        prompts = ["a dog"] * IMAGES

        # What the programs take before they have a model
        peer_libraries = measured([sys.executable, "-c", LIBRARIES])[1]
        own_libraries = fanlight(program, "a dog", "-m", str(starter), size=64, steps=1)[2]
        pairs = [(measured([sys.executable, "-c", peer_source, model, threads, folder]), fanlight(program, "-m", model, *prompts)) for _ in range(rounds)]
        ratio = median(float(p[0].split()[-1]) / f[0] for p, f in pairs)
        print(f"sampling, {SIZE}x{SIZE}: diffusers {IMAGES / median(float(p[0].split()[-1]) for p, _ in pairs):.3f} images/s, "
              f"fanlight {IMAGES / median(f[0] for _, f in pairs):.3f} images/s, ratio {ratio:.2f} (target 1.1)")
        bound = float(measured([sys.executable, "-c", f"STEPS, SIZE, IMAGES = {STEPS}, {SIZE}, {IMAGES}\n" + BOUND, model, threads])[0].split()[-1])
        print(f"share of the sgemm bound: diffusers {bound / median(float(p[0].split()[-1]) for p, _ in pairs):.2f}, "
              f"fanlight {bound / median(f[0] for _, f in pairs):.2f}")
        peer_peak, own_peak = median(p[1] for p, _ in pairs) - peer_libraries, median(f[2] for _, f in pairs) - own_libraries
        print(f"peak memory beyond the libraries: diffusers {peer_peak / 2**20:.0f} MiB, fanlight {own_peak / 2**20:.0f} MiB, "
              f"ratio {peer_peak / own_peak:.2f} (target 1)")

        compare_switches(program, folder, model, median(f[0] for _, f in pairs) / IMAGES / STEPS * (1024 / SIZE) ** 2, rounds)


if __name__ == "__main__":
    main()
