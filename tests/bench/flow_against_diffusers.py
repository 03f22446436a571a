"""Fanlight against diffusers with networks built like Z-Image's and FLUX.2 klein's, narrower, with random weights: sampling and peak memory. On the CPU in
float32, alternating; medians of several rounds.

    flow_against_diffusers.py FANLIGHT [ROUNDS [z_image|flux_2]]
"""
import pathlib
import statistics
import subprocess
import sys
import tempfile

import xl_against_diffusers as xl

SIZE, STEPS, IMAGES = 512, 4, 3
LIBRARIES = "import torch, diffusers; from diffusers import {pipeline} as Pipeline; from transformers import Qwen3ForCausalLM, PreTrainedTokenizerFast"

ENCODER = """
import sys, torch
from diffusers import (AutoencoderKL, AutoencoderKLFlux2, FlowMatchEulerDiscreteScheduler, Flux2KleinPipeline, Flux2Transformer2DModel, ZImagePipeline,
                       ZImageTransformer2DModel)
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM, Qwen3Model
torch.manual_seed(0)
texts = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, merges=[]))
texts.pre_tokenizer, texts.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
texts.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
template = ("{% for m in messages %}{{ '<|im_start|>' + m.role + '\\\\n' + m.content + '<|im_end|>\\\\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\\\n' }}"
            "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\\\\n\\\\n</think>\\\\n\\\\n' }}{% endif %}{% endif %}")
tokenizer = PreTrainedTokenizerFast(tokenizer_object=texts, pad_token="<|endoftext|>", chat_template=template, padding_side="right")
config = dict(vocab_size=len(tokenizer), intermediate_size=768, num_attention_heads=4, num_key_value_heads=2, head_dim=64, max_position_embeddings=1024)
blocks = dict(block_out_channels=(32, 64, 128, 128), down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
              layers_per_block=2, norm_num_groups=16)
"""

Z_IMAGE = ENCODER + """
encoder = Qwen3Model(Qwen3Config(hidden_size=256, num_hidden_layers=6, **config))
transformer = ZImageTransformer2DModel(dim=768, n_layers=12, n_refiner_layers=2, n_heads=6, n_kv_heads=6, cap_feat_dim=256)
vae = AutoencoderKL(latent_channels=16, scaling_factor=0.3611, shift_factor=0.1159, use_quant_conv=False, use_post_quant_conv=False, **blocks)
ZImagePipeline(vae=vae, text_encoder=encoder, tokenizer=tokenizer, transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0)
               ).save_pretrained(sys.argv[1])
"""

FLUX_2 = ENCODER + """
encoder = Qwen3ForCausalLM(Qwen3Config(hidden_size=256, num_hidden_layers=28, tie_word_embeddings=True, **config))
transformer = Flux2Transformer2DModel(num_layers=3, num_single_layers=10, attention_head_dim=128, num_attention_heads=6, joint_attention_dim=768,
                                      guidance_embeds=False)
Flux2KleinPipeline(vae=AutoencoderKLFlux2(latent_channels=32, **blocks), text_encoder=encoder, tokenizer=tokenizer, transformer=transformer,
                   scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True)).save_pretrained(sys.argv[1])
"""

# What makes the model, the pipeline's class, and scales without guidance and with it.
MODELS = {"z_image": (Z_IMAGE, "ZImagePipeline", (0.0, 4.0)), "flux_2": (FLUX_2, "Flux2KleinPipeline", (1.0, 4.0))}

CALL = """
import sys, time
torch.set_num_threads(int(sys.argv[2]))
pipe = Pipeline.from_pretrained(sys.argv[1])
pipe.set_progress_bar_config(disable=True)
def draw(seed, steps, guidance):
    return pipe(prompt="a dog in the rain", num_inference_steps=steps, guidance_scale=guidance, width=SIZE, height=SIZE, generator=torch.Generator("cpu").manual_seed(seed))
"""

PEER = CALL + """
start = time.monotonic()
for i in range(IMAGES):
    draw(42 + i, STEPS, GUIDANCE).images[0].save(sys.argv[3] + f"/{i}.png")
print(time.monotonic() - start)
"""

# Operations of all images, and those of a large product a second: what would be the time if all were such products.
BOUND = CALL + """
from torch.utils.flop_counter import FlopCounterMode
def operations(steps):
    with FlopCounterMode(display=False) as counter:
        draw(1, steps, GUIDANCE)
    return counter.get_total_flops()
one, two = operations(1), operations(2)
a, b = torch.randn(2048, 2048), torch.randn(2048, 2048)
best = 1e9
for _ in range(12):
    begun = time.monotonic()
    a @ b
    best = min(best, time.monotonic() - begun)
print(IMAGES * (one + (STEPS - 1) * (two - one)) / (2 * 2048 ** 3 / best))
"""


def fanlight(program, model, guidance):
    prompts = ["a dog in the rain"] * IMAGES
    return xl.fanlight(program, "-m", model, "--threads", str(len(xl.os.sched_getaffinity(0))), *prompts, size=SIZE, steps=STEPS, guidance=guidance)


def compare(program, name, rounds):
    made, pipeline, scales = MODELS[name]
    libraries = LIBRARIES.format(pipeline=pipeline)
    threads, median = str(len(xl.os.sched_getaffinity(0))), statistics.median
    with tempfile.TemporaryDirectory() as folder:
        model = f"{folder}/{name}"
        subprocess.run([sys.executable, "-c", made, model], check=True)
        peer_libraries = xl.measured([sys.executable, "-c", libraries])[1]
        own_libraries = xl.fanlight(program, "a dog", size=64, steps=1)[2]
        for guidance in scales:
            head = f"STEPS, SIZE, IMAGES, GUIDANCE = {STEPS}, {SIZE}, {IMAGES}, {guidance}\n{libraries}\n"
            pairs = [(xl.measured([sys.executable, "-c", head + PEER, model, threads, folder]), fanlight(program, model, guidance)) for _ in range(rounds)]
            seconds = [(float(peer[0].split()[-1]), own[0]) for peer, own in pairs]
            bound = float(xl.measured([sys.executable, "-c", head + BOUND, model, threads])[0].split()[-1])
            print(f"{name}, {SIZE}x{SIZE}, guidance {guidance:g}: diffusers {IMAGES / median(p for p, _ in seconds):.3f} images/s, "
                  f"fanlight {IMAGES / median(f for _, f in seconds):.3f} images/s, ratio {median(p / f for p, f in seconds):.2f} (target 1.0); "
                  f"share of the sgemm bound: diffusers {bound / median(p for p, _ in seconds):.2f}, fanlight {bound / median(f for _, f in seconds):.2f}")
            peer_peak, own_peak = median(p[1] for p, _ in pairs) - peer_libraries, median(f[2] for _, f in pairs) - own_libraries
            print(f"peak memory beyond the libraries: diffusers {peer_peak / 2**20:.0f} MiB, fanlight {own_peak / 2**20:.0f} MiB, "
                  f"ratio {peer_peak / own_peak:.2f} (target 1)")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for name in sys.argv[3:] or MODELS:
        compare(program, name, rounds)


if __name__ == "__main__":
    main()
