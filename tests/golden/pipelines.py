"""Small random Stable Diffusion models, and what diffusers and transformers make of them.

Writes tests/golden/data/pipelines/MODEL/ (a diffusers folder, float16) and MODEL.safetensors with, in float32 on a CPU: the text
encoder's output, each of the unet's blocks' outputs, the unet's and the vae's outputs, and whole images. Versions: requirements.txt.
"""
import json
import pathlib
import sys
import tempfile

import torch
from diffusers import AutoencoderKL, DDIMScheduler, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers import (DPMSolverMultistepScheduler, EulerAncestralDiscreteScheduler, EulerDiscreteScheduler,
                       HeunDiscreteScheduler, LCMScheduler, UniPCMultistepScheduler)
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

# transformers 5 has flattened the class, diffusers 0.42 still expects the nested one if clip_skip is given
CLIPTextModel.text_model = property(lambda self: self)

DATA = pathlib.Path(__file__).parent / "data"
CROSS_DOWN, DOWN, CROSS_UP, UP = "CrossAttnDownBlock2D", "DownBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"

MODELS = {
    # three blocks, the last without attention; heads that do not divide evenly into usual sizes; PNDM as in SD 1.5
    "sd1": dict(
        tokenizer="sd1", width=32, act="quick_gelu",
        unet=dict(block_out_channels=(16, 24, 32), layers_per_block=2, attention_head_dim=(2, 3, 4), cross_attention_dim=32,
                  norm_num_groups=8, down_block_types=(CROSS_DOWN, CROSS_DOWN, DOWN), up_block_types=(UP, CROSS_UP, CROSS_UP)),
        vae=dict(block_out_channels=(8, 8, 16), norm_num_groups=4, layers_per_block=1),
        scheduler=PNDMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True, steps_offset=1)),
    # linear projections, one head count per block, gelu, v-prediction, DDIM as in SD 2; an asymmetric list of layers
    "sd2": dict(
        tokenizer="sd2", width=24, act="gelu",
        unet=dict(block_out_channels=(16, 32), layers_per_block=(1, 2), attention_head_dim=(2, 4), cross_attention_dim=24,
                  transformer_layers_per_block=(1, 2), use_linear_projection=True, upcast_attention=True, norm_num_groups=4,
                  down_block_types=(CROSS_DOWN, CROSS_DOWN), up_block_types=(CROSS_UP, CROSS_UP)),
        vae=dict(block_out_channels=(8, 16), norm_num_groups=4, layers_per_block=2),
        scheduler=DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction",
                                clip_sample=False, set_alpha_to_one=False, steps_offset=1)),
}

SCHEDULERS = {"ddim": DDIMScheduler, "pndm": PNDMScheduler, "euler": EulerDiscreteScheduler, "euler_ancestral": EulerAncestralDiscreteScheduler,
              "heun": HeunDiscreteScheduler, "dpmpp_2m": DPMSolverMultistepScheduler, "lcm": LCMScheduler, "unipc": UniPCMultistepScheduler}

# (sampler, schedule, steps, cfg, width, height, prompts, negative, clip_skip); 24x40 cannot be halved evenly on the way down
IMAGES = [
    ("default", "default", 6, 7.5, 32, 32, ["a dog", "a cat on a chair"], "blurry", 0),
    ("default", "default", 5, 1.0, 32, 48, ["دجاجة"], "", 0),
    ("default", "default", 5, 4.0, 24, 40, ["an odd size"], "", 0),
    ("default", "default", 5, 4.0, 32, 32, ["the last layer left out"], "", 1),
    *[(name, "default", 5, 5.0, 32, 32, ["a dog"], "bad", 0) for name in SCHEDULERS],
    ("dpmpp_2m", "karras", 6, 5.0, 32, 32, ["a dog"], "", 0),
]


def as_saved(scheduler):
    """Loaded from its file: only then do all values count as set, and from_config() passes them on to another class."""
    with tempfile.TemporaryDirectory() as folder:
        scheduler.save_pretrained(folder)
        return type(scheduler).from_pretrained(folder)


def build(name, spec):
    torch.manual_seed(sum(name.encode()))
    tokenizer = CLIPTokenizer.from_pretrained(DATA / "text" / spec["tokenizer"])
    text_encoder = CLIPTextModel(CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=spec["width"], intermediate_size=2 * spec["width"], num_hidden_layers=3, num_attention_heads=4,
        max_position_embeddings=tokenizer.model_max_length, hidden_act=spec["act"],
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id))
    unet = UNet2DConditionModel(sample_size=8, in_channels=4, out_channels=4, **spec["unet"])
    blocks = len(spec["vae"]["block_out_channels"])
    vae = AutoencoderKL(sample_size=16, down_block_types=("DownEncoderBlock2D",) * blocks, up_block_types=("UpDecoderBlock2D",) * blocks, **spec["vae"])
    for network in (text_encoder, unet, vae):
        for parameter in network.parameters():  # norms and biases that are not ones and zeros
            parameter.data += 0.02 * torch.randn_like(parameter)
            parameter.data = parameter.data.half().float()
    pipeline = StableDiffusionPipeline(vae=vae, text_encoder=text_encoder, tokenizer=tokenizer, unet=unet, scheduler=as_saved(spec["scheduler"]),
                                       safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(torch.float32)


@torch.no_grad()
def record(pipeline):
    tensors, images = {}, []
    ids = pipeline.tokenizer(["a dog"], padding="max_length", truncation=True, return_tensors="pt").input_ids
    tensors["ids"] = ids
    context = pipeline.text_encoder(ids)[0]
    tensors["text"] = context
    generator = torch.Generator("cpu").manual_seed(7)
    x = torch.randn((2, 4, 8, 8), generator=generator)
    tensors["x"] = x
    hooks = []
    for key, module in pipeline.unet.named_modules():
        parts = key.split(".")
        if len(parts) in (3, 4) and parts[-2] in ("resnets", "attentions", "downsamplers", "upsamplers"):
            def keep(module, inputs, output, key=key):
                tensors["unet." + key] = (output[0] if isinstance(output, tuple) else getattr(output, "sample", output)).clone()
            hooks.append(module.register_forward_hook(keep))
    tensors["unet"] = pipeline.unet(x, 321, encoder_hidden_states=context.repeat(2, 1, 1)).sample
    for hook in hooks:
        hook.remove()
    tensors["vae"] = pipeline.vae.decode(x / pipeline.vae.config.scaling_factor).sample

    config = pipeline.scheduler.config
    for number, (sampler, schedule, steps, cfg, width, height, prompts, negative, clip_skip) in enumerate(IMAGES):
        if sampler != "default":
            extra = {"use_karras_sigmas": True} if schedule == "karras" else {}
            pipeline.scheduler = SCHEDULERS[sampler].from_config(config, **extra)
        else:
            pipeline.scheduler = type(pipeline.scheduler).from_config(config) if number else pipeline.scheduler
        made = pipeline(prompts, negative_prompt=[negative] * len(prompts), num_inference_steps=steps, guidance_scale=cfg, width=width,
                        height=height, clip_skip=clip_skip or None, output_type="np",
                        generator=[torch.Generator("cpu").manual_seed(40 + i) for i in range(len(prompts))]).images
        tensors[f"image.{number}"] = torch.from_numpy((made * 255).round().astype("uint8"))
        images.append(dict(sampler=sampler, schedule=schedule, steps=steps, cfg_scale=cfg, width=width, height=height,
                           prompts=prompts, negative_prompt=negative, clip_skip=clip_skip))
    return tensors, images


def main():
    torch.set_num_threads(1)
    for name, spec in MODELS.items():
        pipeline = build(name, spec)
        folder = DATA / "pipelines" / name
        first = type(pipeline.scheduler).from_config(pipeline.scheduler.config)
        tensors, images = record(pipeline)
        pipeline.scheduler = first
        pipeline.to(torch.float16).save_pretrained(folder)
        save_file({key: value.contiguous() for key, value in tensors.items()}, DATA / "pipelines" / f"{name}.safetensors")
        (DATA / "pipelines" / f"{name}.json").write_text(json.dumps(images, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
