"""What diffusers makes of latents and prompts with tiled decoding (AutoencoderKL.enable_tiling).

Writes tests/golden/data/components/tiling.safetensors: pictures of the models of pipelines.py and stable_diffusion_xl.py, whose VAEs are given
small tiles, and what the VAE of components.py makes of latents of many sizes, whole and in tiles, in float32 on a CPU. Versions:
requirements.txt.
"""
import sys

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import save_file

from pipelines import DATA

OUT = DATA / "components"
SIZES = ((5, 4), (4, 7), (6, 6), (7, 10), (13, 5), (9, 17), (16, 3))  # of latents; a tile has 4 x 4, and begins each third pixel


def decoded(tensors):
    vae = AutoencoderKL.from_pretrained(OUT / "vae", torch_dtype=torch.float32).eval()
    for height, width in SIZES:
        name = f"{height}x{width}"
        latents = torch.randn((1, 4, height, width), generator=torch.Generator("cpu").manual_seed(height * width))
        tensors[f"latents_{name}"] = latents
        scaled = latents / vae.config.scaling_factor
        vae.disable_tiling()
        tensors[f"whole_{name}"] = vae.decode(scaled).sample
        vae.enable_tiling()
        tensors[f"tiled_{name}"] = vae.decode(scaled).sample


def picture(pipeline, width, height):
    pipeline.set_progress_bar_config(disable=True)
    made = pipeline("a dog", negative_prompt="bad", num_inference_steps=4, guidance_scale=5.0, width=width, height=height, output_type="np",
                    generator=torch.Generator("cpu").manual_seed(40)).images
    return torch.from_numpy((made * 255).round().astype("uint8")).contiguous()


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    tensors = {}
    decoded(tensors)
    kinds = {"sd1": (StableDiffusionPipeline, dict(safety_checker=None)), "sd2": (StableDiffusionPipeline, dict(safety_checker=None)),
             "sdxl": (StableDiffusionXLPipeline, dict(add_watermarker=False))}
    for name, (kind, options) in kinds.items():
        pipeline = kind.from_pretrained(DATA / "pipelines" / name, torch_dtype=torch.float32, **options)
        own = pipeline.vae
        pipeline.vae.enable_tiling()
        side = own.tile_sample_min_size
        for width, height in ((side, side + 8), (2 * side + 8, side + 8)):
            tensors[f"{name}_{width}x{height}"] = picture(pipeline, width, height)
        pipeline.vae.disable_tiling()
        width, height = 2 * side + 8, side + 8
        tensors[f"{name}_{width}x{height}_whole"] = picture(pipeline, width, height)
    for name, tensor in tensors.items():
        print(name, tuple(tensor.shape))
    save_file(tensors, OUT / "tiling.safetensors")


if __name__ == "__main__":
    sys.exit(main())
