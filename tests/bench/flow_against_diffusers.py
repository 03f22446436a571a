"""Fanlight against diffusers with networks built like Z-Image's, FLUX.2 klein's and FLUX.1 dev's, narrower, with random weights: sampling and peak memory. On
the CPU in float32, alternating; medians of several rounds.

    flow_against_diffusers.py FANLIGHT [ROUNDS [z_image|flux_2|flux_1]]
"""
import dataclasses
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import xl_against_diffusers as xl

SIZE, STEPS, IMAGES = 512, 4, 3
PROMPT = "a dog in the rain"

COMMON = """
import json, sys, torch
from diffusers import (AutoencoderKL, AutoencoderKLFlux2, FlowMatchEulerDiscreteScheduler, Flux2KleinPipeline, Flux2Transformer2DModel, FluxPipeline,
                       FluxTransformer2DModel, ZImagePipeline, ZImageTransformer2DModel)
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import (CLIPTextConfig, CLIPTextModel, CLIPTokenizer, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM, Qwen3Model, T5Config,
                          T5EncoderModel)
torch.manual_seed(0)
symbols = sorted(pre_tokenizers.ByteLevel.alphabet())
texts = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(symbols)}, merges=[]))
texts.pre_tokenizer, texts.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
texts.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
blocks = dict(block_out_channels=(32, 64, 128, 128), down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
              layers_per_block=2, norm_num_groups=16)
sixteen = dict(latent_channels=16, scaling_factor=0.3611, shift_factor=0.1159, use_quant_conv=False, use_post_quant_conv=False)
changes = json.loads((sys.argv[2:] or ["{}"])[0])
blocks["block_out_channels"] = changes.pop("channels", blocks["block_out_channels"])
def network(kind, **shape):
    return kind(**shape | changes)
"""

ENCODER = COMMON + """
template = ("{% for m in messages %}{{ '<|im_start|>' + m.role + '\\\\n' + m.content + '<|im_end|>\\\\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\\\n' }}"
            "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\\\\n\\\\n</think>\\\\n\\\\n' }}{% endif %}{% endif %}")
tokenizer = PreTrainedTokenizerFast(tokenizer_object=texts, pad_token="<|endoftext|>", chat_template=template, padding_side="right")
config = dict(vocab_size=len(tokenizer), intermediate_size=768, num_attention_heads=4, num_key_value_heads=2, head_dim=64, max_position_embeddings=1024)
"""

Z_IMAGE = ENCODER + """
encoder = Qwen3Model(Qwen3Config(hidden_size=256, num_hidden_layers=6, **config))
transformer = network(ZImageTransformer2DModel, dim=768, n_layers=12, n_refiner_layers=2, n_heads=6, n_kv_heads=6, cap_feat_dim=256)
vae = AutoencoderKL(**sixteen, **blocks)
ZImagePipeline(vae=vae, text_encoder=encoder, tokenizer=tokenizer, transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0)
               ).save_pretrained(sys.argv[1])
"""

FLUX_2 = ENCODER + """
encoder = Qwen3ForCausalLM(Qwen3Config(hidden_size=256, num_hidden_layers=28, tie_word_embeddings=True, **config))
transformer = network(Flux2Transformer2DModel, num_layers=3, num_single_layers=10, attention_head_dim=128, num_attention_heads=6, joint_attention_dim=768,
                      guidance_embeds=False)
Flux2KleinPipeline(vae=AutoencoderKLFlux2(latent_channels=32, **blocks), text_encoder=encoder, tokenizer=tokenizer, transformer=transformer,
                   scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True)).save_pretrained(sys.argv[1])
"""

# T5 ends a text with a token and pads it to the same 512 tokens as the real one; CLIP's vocabulary has no pairs.
FLUX_1 = COMMON + """
texts.post_processor = processors.TemplateProcessing(single="$A <|im_end|>", special_tokens=[("<|im_end|>", texts.token_to_id("<|im_end|>"))])
tokenizer_2 = PreTrainedTokenizerFast(tokenizer_object=texts, pad_token="<|endoftext|>", eos_token="<|im_end|>", model_max_length=512, padding_side="right")
words = [*symbols, *(symbol + "</w>" for symbol in symbols), "<|startoftext|>", "<|endoftext|>"]
tokenizer = CLIPTokenizer(vocab={word: i for i, word in enumerate(words)}, merges=[], model_max_length=77)
clip = CLIPTextModel(CLIPTextConfig(vocab_size=len(tokenizer), hidden_size=256, intermediate_size=768, num_hidden_layers=6, num_attention_heads=4,
                                    bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id))
t5 = T5EncoderModel(T5Config(vocab_size=len(tokenizer_2), d_model=256, d_kv=64, d_ff=768, num_heads=4, num_layers=6, feed_forward_proj="gated-gelu"))
transformer = network(FluxTransformer2DModel, num_layers=3, num_single_layers=8, attention_head_dim=128, num_attention_heads=6, joint_attention_dim=256,
                      pooled_projection_dim=256, guidance_embeds=True)
FluxPipeline(vae=AutoencoderKL(**sixteen, **blocks), text_encoder=clip, tokenizer=tokenizer, text_encoder_2=t5, tokenizer_2=tokenizer_2,
             transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True)).save_pretrained(sys.argv[1])
"""


@dataclasses.dataclass(frozen=True)
class Setting:
    """One way to ask both for pictures."""
    label: str
    peer: dict  # arguments of diffusers' pipeline
    own: tuple  # Fanlight's options


@dataclasses.dataclass(frozen=True)
class Model:
    script: str  # makes it in a folder
    pipeline: str  # diffusers' class
    encoders: str  # transformers' classes
    settings: tuple

    @property
    def libraries(self):
        return (f"import torch, diffusers; from diffusers import {self.pipeline} as Pipeline; "
                f"from transformers import {self.encoders}, PreTrainedTokenizerFast")

    def write(self, folder, **changes):
        """`changes`: arguments of the network's class; `channels` are those of the VAE's levels."""
        xl.measured([sys.executable, "-c", self.script, folder, json.dumps(changes)])


def guided(scale):
    return Setting(f"guidance {scale:g}", {"guidance_scale": scale}, ("--cfg-scale", str(scale)))


# Each without a second evaluation and with one.
MODELS = {
    "z_image": Model(Z_IMAGE, "ZImagePipeline", "Qwen3ForCausalLM", (guided(0.0), guided(4.0))),
    "flux_2": Model(FLUX_2, "Flux2KleinPipeline", "Qwen3ForCausalLM", (guided(1.0), guided(4.0))),
    "flux_1": Model(FLUX_1, "FluxPipeline", "CLIPTextModel, CLIPTokenizer, T5EncoderModel", (
        guided(3.5),
        Setting("guidance 3.5 and true guidance 3", {"guidance_scale": 3.5, "true_cfg_scale": 3.0, "negative_prompt": "blurry"},
                ("--cfg-scale", "3.5", "--true-cfg-scale", "3", "-n", "blurry")))),
}

CALL = """
import sys, time
torch.set_num_threads(int(sys.argv[2]))
pipe = Pipeline.from_pretrained(sys.argv[1])
pipe.set_progress_bar_config(disable=True)
def draw(seed, steps, **more):
    return pipe(prompt=PROMPT, num_inference_steps=steps, width=SIZE, height=SIZE, generator=torch.Generator("cpu").manual_seed(seed), **OPTIONS, **more)
"""

PEER = CALL + """
start = time.monotonic()
for i in range(IMAGES):
    draw(42 + i, STEPS).images[0].save(sys.argv[3] + f"/{i}.png")
print(time.monotonic() - start)
"""

# The time of all images if all their operations were of large products.
BOUND = CALL + xl.COUNTING + """
def operations(steps):
    with counting() as counter:
        draw(1, steps)
    return counter.get_total_flops()
one, two = operations(1), operations(2)
print(IMAGES * (one + (STEPS - 1) * (two - one)) / operations_a_second())
"""


def cores():
    return str(len(xl.os.sched_getaffinity(0)))


def head(model, setting, size=SIZE, prompt=PROMPT):
    """What precedes the sources above."""
    return f"STEPS, SIZE, IMAGES, PROMPT, OPTIONS = {STEPS}, {size}, {IMAGES}, {prompt!r}, {setting.peer}\n{model.libraries}\n"


def fanlight(program, folder, setting):
    return xl.fanlight(program, "-m", folder, "--threads", cores(), *setting.own, *[PROMPT] * IMAGES, size=SIZE, steps=STEPS, guidance=None)


def compare(program, name, rounds):
    model, median = MODELS[name], statistics.median
    with tempfile.TemporaryDirectory() as folder:
        made = f"{folder}/{name}"
        model.write(made)
        peer_libraries = xl.measured([sys.executable, "-c", model.libraries])[1]
        own_libraries = xl.fanlight(program, "a dog", size=64, steps=1)[2]
        for setting in model.settings:
            peer = [sys.executable, "-c", head(model, setting) + PEER, made, cores(), folder]
            pairs = [(xl.measured(peer), fanlight(program, made, setting)) for _ in range(rounds)]
            seconds = [(float(peer[0].split()[-1]), own[0]) for peer, own in pairs]
            bound = float(xl.measured([sys.executable, "-c", head(model, setting) + BOUND, made, cores()])[0].split()[-1])
            print(f"{name}, {SIZE}x{SIZE}, {setting.label}: diffusers {IMAGES / median(p for p, _ in seconds):.3f} images/s, "
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
