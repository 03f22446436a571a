"""What the small random flow models of z_image.py, flux_2.py and flux_1.py have in common: parts, how their pictures are drawn, and how all is kept."""
import contextlib
import json

import diffusers
import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerFast

from language_models import tokenizer as byte_level
from pipelines import DATA

TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}"
            "{% if enable_thinking is defined and not enable_thinking %}{{ '<think>\\n\\n</think>\\n\\n' }}{% endif %}{% endif %}")
SOLVERS = {"dpmpp_2m": diffusers.DPMSolverMultistepScheduler, "dpmpp_2s": diffusers.DPMSolverSinglestepScheduler,
           "deis": diffusers.DEISMultistepScheduler, "unipc": diffusers.UniPCMultistepScheduler}
LONG = "a photo of a dog running on the beach at sunset, "
TWO_PROMPTS = ["a dog", "a cat on a chair, seen from the street, in the light of the evening, " * 4]  # whose tokens and states are kept


def qwen_tokenizer():
    """Of bytes, with the marks of Qwen3's turns and its template."""
    texts = byte_level(begin=False)
    texts.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    texts.add_tokens(["<think>", "</think>"])
    return PreTrainedTokenizerFast(tokenizer_object=texts, pad_token="<|endoftext|>", eos_token="<|im_end|>", chat_template=TEMPLATE,
                                   padding_side="right")


def vae_of_16_channels(widths, **options):
    return AutoencoderKL(sample_size=32, down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
                         block_out_channels=widths, layers_per_block=1, latent_channels=16, scaling_factor=0.3611, shift_factor=0.1159,
                         use_quant_conv=False, use_post_quant_conv=False, force_upcast=False, **options)


def times(larger):
    """The factor of the first part of a name that is in the table."""
    return lambda name, parameter: next((factor for part, factor in larger.items() if part in name), 1)


def move_off_ones_and_zeros(networks, factor=lambda name, parameter: 1, noise=lambda name: 0.02):
    """Norms and biases, and all else besides; to numbers that float16 has."""
    for network in networks:
        for name, parameter in network.named_parameters():
            parameter.data *= factor(name, parameter)
            parameter.data += noise(name) * torch.randn_like(parameter)
            parameter.data = parameter.data.half().float()


@contextlib.contextmanager
def scheduled(pipeline, sampler, options):
    """The pipeline with another method, or what its scheduler's config says besides."""
    own = pipeline.scheduler
    if sampler in SOLVERS:
        options = dict(options, use_flow_sigmas=True, prediction_type="flow_prediction")
    pipeline.scheduler = SOLVERS.get(sampler, FlowMatchEulerDiscreteScheduler).from_config(own.config, **options)
    yield
    pipeline.scheduler = own


def drawn(pipeline, spec, **options):
    """The pictures of an entry of a list, [B, H, W, 3] uint8. options: what else the pipeline is told of them."""
    with scheduled(pipeline, spec.get("sampler", "euler"), spec["scheduler"]):
        made = pipeline(prompt=list(spec["prompts"]), num_inference_steps=spec["steps"], guidance_scale=spec["cfg_scale"], width=spec["width"],
                        height=spec["height"], output_type="np",
                        generator=[torch.Generator("cpu").manual_seed(40 + i) for i in range(len(spec["prompts"]))], **options).images
    return torch.from_numpy((made * 255).round().astype("uint8"))


def with_lora(pipeline, tensors, draw):
    """What `draw` makes with a LoRA of these tensors at 0.7."""
    pipeline.load_lora_weights({key: value.float() for key, value in tensors.items()}, adapter_name="made")
    pipeline.set_adapters(["made"], [0.7])
    made = draw()
    pipeline.unload_lora_weights()
    return made


def draw_all(draw, specs, kind="image"):
    """The pictures of a list by their keys; how much each varies is printed."""
    made = {}
    for number, spec in enumerate(specs):
        made[f"{kind}.{number}"] = picture = draw(spec).contiguous()
        print(kind, number, tuple(picture.shape), picture.float().std().item())
    return made


def save_lists(name, tensors, specs):
    save_file({key: value.contiguous() for key, value in tensors.items()}, DATA / "pipelines" / f"{name}.safetensors")
    (DATA / "pipelines" / f"{name}.json").write_text(json.dumps(specs, ensure_ascii=False, indent=1) + "\n")


def save(name, pipeline, tensors, specs):
    pipeline.to(torch.float16).save_pretrained(DATA / "pipelines" / name)
    save_lists(name, tensors, specs)
