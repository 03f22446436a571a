"""A small random Stable Diffusion XL model, and what diffusers and transformers make of it.

Writes tests/golden/data/pipelines/sdxl/ (a diffusers folder, float16) and sdxl.safetensors with, in float32 on a CPU: the text encoders'
outputs, each of the unet's blocks' outputs, the unet's and the vae's outputs, and whole images; sdxl.json tells what they are of. The two
encoders differ in everything that they may differ in. Versions: requirements.txt.
"""
import json
import sys

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from pipelines import CROSS_DOWN, CROSS_UP, DATA, DOWN, SCHEDULERS, UP, as_saved

ZERO_SNR = dict(prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing")
LONG = "a photo of a dog running on the beach at sunset, " * 4


def image(prompts, negative=None, sampler="default", steps=4, cfg=5.0, width=32, height=32, clip_skip=0, schedule="default", config=None, sizes=None, second=None):
    """negative None: there is none. second: what the second text encoder reads, as prompt_2 and negative_prompt_2. config: what the scheduler's config says instead. sizes: original_size as (height,
    width), crops_coords_top_left as (top, left)."""
    return dict(sampler=sampler, schedule=schedule, steps=steps, cfg_scale=cfg, width=width, height=height, prompts=prompts, negative_prompt=negative,
                clip_skip=clip_skip, scheduler=config or {}, sizes=sizes or {}, second=second or {})


IMAGES = [
    image(["a dog", "a cat on a chair"], "blurry", steps=6),
    image(["a dog", "a cat on a chair"], None),
    image(["a dog"], ""),
    image(["دجاجة"], cfg=1.0, width=48),
    image(["an odd size"], "", width=24, height=40),
    image(["the last layer left out"], "bad", clip_skip=1),
    image([LONG], "bad, " * 50),
    image(["a dog"], "bad", config=dict(prediction_type="v_prediction")),
    image(["a dog"], None, config=ZERO_SNR, steps=5),
    image(["a dog"], None, width=48, height=24, sizes=dict(original_size=(512, 384), crops_coords_top_left=(8, 64))),
    image(["a dog"], "bad", sizes=dict(original_size=(4096, 2048))),
    *[image(["a dog"], "bad", name) for name in ("ddim", "euler_ancestral", "heun", "unipc")],
    image(["a dog"], None, "dpmpp_2m", schedule="karras"),
    image(["a dog", "a cat on a chair"], "bad", second=dict(prompt_2="an oil painting", negative_prompt_2="grey and dull")),
    image(["a dog"], "bad", clip_skip=1, second=dict(prompt_2=LONG)),
    image(["a dog"], "", second=dict(negative_prompt_2="grey")),
]


def text_encoder(kind, tokenizer, width, act, layers, heads, **options):
    return kind(CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=width, intermediate_size=2 * width, num_hidden_layers=layers, num_attention_heads=heads,
        max_position_embeddings=tokenizer.model_max_length, hidden_act=act, bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, **options))


def build():
    torch.manual_seed(sum(b"sdxl"))
    tokenizers = [CLIPTokenizer.from_pretrained(DATA / "text" / "sd1", pad_token=pad) for pad in ("<|endoftext|>", "!")]
    encoders = [text_encoder(CLIPTextModel, tokenizers[0], 32, "quick_gelu", 3, 4),
                text_encoder(CLIPTextModelWithProjection, tokenizers[1], 24, "gelu", 4, 2, projection_dim=20)]
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(16, 24, 32), layers_per_block=1, attention_head_dim=(1, 2, 4),
        cross_attention_dim=56, transformer_layers_per_block=(1, 1, 2), use_linear_projection=True, norm_num_groups=8,
        addition_embed_type="text_time", addition_time_embed_dim=8, projection_class_embeddings_input_dim=20 + 6 * 8,
        down_block_types=(DOWN, CROSS_DOWN, CROSS_DOWN), up_block_types=(CROSS_UP, CROSS_UP, UP))
    vae = AutoencoderKL(sample_size=32, down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
                        block_out_channels=(8, 8, 16), norm_num_groups=4, layers_per_block=1, scaling_factor=0.13025, force_upcast=True)
    for network in (*encoders, unet, vae):
        for parameter in network.parameters():  # norms and biases that are not ones and zeros
            parameter.data += 0.02 * torch.randn_like(parameter)
            parameter.data = parameter.data.half().float()
    scheduler = EulerDiscreteScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="leading", steps_offset=1)
    pipeline = StableDiffusionXLPipeline(
        vae=vae, text_encoder=encoders[0], text_encoder_2=encoders[1], tokenizer=tokenizers[0], tokenizer_2=tokenizers[1], unet=unet,
        scheduler=as_saved(scheduler), force_zeros_for_empty_prompt=True, add_watermarker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(torch.float32)


def record_networks(pipeline, tensors):
    contexts = []
    for number, (tokenizer, encoder) in enumerate([(pipeline.tokenizer, pipeline.text_encoder), (pipeline.tokenizer_2, pipeline.text_encoder_2)]):
        ids = tokenizer(["a dog"], padding="max_length", truncation=True, return_tensors="pt").input_ids
        out = encoder(ids, output_hidden_states=True)
        tensors[f"ids.{number}"], tensors[f"text.{number}"] = ids, out.hidden_states[-2]
        contexts.append(out.hidden_states[-2])
    tensors["pooled"] = out.text_embeds
    x = torch.randn((2, 4, 8, 8), generator=torch.Generator("cpu").manual_seed(7))
    tensors["x"] = x
    numbers = torch.tensor([[48.0, 32, 0, 0, 48, 32], [1024, 768, 5, 60, 512, 256]])  # height, width; top, left; height, width
    tensors["numbers"] = numbers
    hooks = []
    for key, module in pipeline.unet.named_modules():
        parts = key.split(".")
        if len(parts) in (3, 4) and parts[-2] in ("resnets", "attentions", "downsamplers", "upsamplers"):
            def keep(module, inputs, output, key=key):
                tensors["unet." + key] = (output[0] if isinstance(output, tuple) else getattr(output, "sample", output)).clone()
            hooks.append(module.register_forward_hook(keep))
    context, pooled = torch.cat(contexts, -1).repeat(2, 1, 1), out.text_embeds.repeat(2, 1)
    tensors["unet"] = pipeline.unet(x, 321, encoder_hidden_states=context, added_cond_kwargs=dict(text_embeds=pooled, time_ids=numbers)).sample
    for hook in hooks:
        hook.remove()
    tensors["vae"] = pipeline.vae.decode(x / pipeline.vae.config.scaling_factor).sample


def draw(pipeline, config, spec):
    kind = SCHEDULERS.get(spec["sampler"], type(pipeline.scheduler))
    extra = {"use_karras_sigmas": True} if spec["schedule"] == "karras" else {}
    own, pipeline.scheduler = pipeline.scheduler, kind.from_config(config, **extra, **spec["scheduler"])
    negative = spec["negative_prompt"]
    second = {key: [text] * len(spec["prompts"]) for key, text in spec["second"].items()}
    made = pipeline(spec["prompts"], negative_prompt=None if negative is None else [negative] * len(spec["prompts"]),
                    num_inference_steps=spec["steps"], guidance_scale=spec["cfg_scale"], width=spec["width"], height=spec["height"],
                    clip_skip=spec["clip_skip"] or None, output_type="np", **spec["sizes"], **second,
                    generator=[torch.Generator("cpu").manual_seed(40 + i) for i in range(len(spec["prompts"]))]).images
    pipeline.scheduler = own
    return torch.from_numpy((made * 255).round().astype("uint8"))


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    pipeline, tensors = build(), {}
    record_networks(pipeline, tensors)
    for number, spec in enumerate(IMAGES):
        tensors[f"image.{number}"] = draw(pipeline, pipeline.scheduler.config, spec)
    pipeline.to(torch.float16).save_pretrained(DATA / "pipelines" / "sdxl")
    save_file({key: value.contiguous() for key, value in tensors.items()}, DATA / "pipelines" / "sdxl.safetensors")
    (DATA / "pipelines" / "sdxl.json").write_text(json.dumps(IMAGES, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
