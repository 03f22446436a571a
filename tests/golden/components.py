"""Components in place of a model's own: VAEs, a tiny VAE and text encoders, and what diffusers makes with them.

Writes tests/golden/data/components/: an AutoencoderKL, an AutoencoderTiny and text encoders, random and small, as folders and as files under
their original names (float16), for the models of pipelines.py and stable_diffusion_xl.py, and golden.safetensors with pictures that
diffusers makes with them and with what the tiny decoder makes of latents, in float32 on a CPU. Versions: requirements.txt.
"""
import sys

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import save_file
from transformers import CLIPTextModel, CLIPTextModelWithProjection

from pipelines import DATA
from single_file import original_text, original_vae

OUT = DATA / "components"


def randomized(module, seed, spread=0.02):
    """Norms and biases are not ones and zeros, and every value is exact in float16."""
    torch.manual_seed(seed)
    for parameter in module.parameters():
        parameter.data += spread * torch.randn_like(parameter)
        parameter.data = parameter.data.half().float()
    return module.eval()


def half(tensors):
    return {key: tensor.half().contiguous().clone() for key, tensor in tensors.items()}


def saved(module, name):
    module.half().save_pretrained(OUT / name, safe_serialization=True)
    return module.float()


def autoencoder():
    torch.manual_seed(1)
    return randomized(AutoencoderKL(down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3, sample_size=16,
                                    block_out_channels=(4, 8, 8), norm_num_groups=4, layers_per_block=2, scaling_factor=0.2, force_upcast=False), 2)


def tiny():
    torch.manual_seed(3)
    return randomized(AutoencoderTiny(encoder_block_out_channels=(8, 8, 8), decoder_block_out_channels=(8, 8, 8), num_encoder_blocks=(1, 1, 1),
                                      num_decoder_blocks=(2, 1, 1), scaling_factor=1.0), 4, 0.05)


def original_tiny(vae):
    """The decoder alone, in a sequence that begins with the clamp."""
    tensors = {}
    for key, tensor in vae.decoder.state_dict().items():
        number, rest = key.removeprefix("layers.").split(".", 1)
        tensors[f"{int(number) + 1}.{rest}"] = tensor
    return tensors


def picture(pipeline):
    pipeline.set_progress_bar_config(disable=True)
    made = pipeline("a dog", negative_prompt="bad", num_inference_steps=4, guidance_scale=5.0, width=32, height=32, output_type="np",
                    generator=torch.Generator("cpu").manual_seed(40)).images
    return torch.from_numpy((made * 255).round().astype("uint8")).contiguous()


def with_component(pipeline, **components):
    own = {name: getattr(pipeline, name) for name in components}
    pipeline.register_modules(**components)
    made = picture(pipeline)
    pipeline.register_modules(**own)
    return made


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    first = StableDiffusionPipeline.from_pretrained(DATA / "pipelines" / "sd1", safety_checker=None, torch_dtype=torch.float32)
    xl = StableDiffusionXLPipeline.from_pretrained(DATA / "pipelines" / "sdxl", add_watermarker=False, torch_dtype=torch.float32)
    tensors = {"first": picture(first), "xl": picture(xl)}

    vae = saved(autoencoder(), "vae")
    save_file(half(original_vae(vae)), OUT / "vae_original.safetensors")
    tensors["vae"] = with_component(first, vae=vae)
    vae.register_to_config(scaling_factor=first.vae.config.scaling_factor)
    tensors["vae_original"] = with_component(first, vae=vae)  # what no tensor tells is the model's

    small = saved(tiny(), "tiny")
    save_file(half(original_tiny(small)), OUT / "tiny_original.safetensors")
    tensors["tiny"], tensors["xl_tiny"] = with_component(first, vae=small), with_component(xl, vae=small)
    tensors["latents"] = torch.randn((2, 4, 5, 6), generator=torch.Generator("cpu").manual_seed(7)) * 2
    tensors["decoded"] = small.decode(tensors["latents"]).sample

    torch.manual_seed(8)
    clip = randomized(CLIPTextModel(first.text_encoder.config), 5)
    save_file(half(original_text(clip, dict(pad=""))), OUT / "clip.safetensors")
    tensors["clip"] = with_component(first, text_encoder=clip)
    open_clip = randomized(CLIPTextModelWithProjection(xl.text_encoder_2.config), 6)
    saved(open_clip, "open_clip")
    tensors["open_clip"] = with_component(xl, text_encoder_2=open_clip)
    tensors["both"] = with_component(xl, text_encoder=clip, text_encoder_2=open_clip)
    save_file(tensors, OUT / "golden.safetensors")


if __name__ == "__main__":
    sys.exit(main())
