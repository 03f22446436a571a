"""Z-Image from three files, as ComfyUI's users keep it: what diffusers makes of the network and the text encoder of z_image.py with Qwen's vocabulary and
a VAE with the usual 32 groups of channels.

Writes tests/golden/data/pipelines/z_image_vae.safetensors (the decoder, float16) and z_image_files.safetensors (pictures, float32 on a
CPU). The vocabulary's matrix is that of `embedding()`, for tests to make again. Versions: requirements.txt.
"""
import sys

import torch
from safetensors.torch import save_file

from flow_models import TEMPLATE, draw_all, save_lists, vae_of_16_channels
from pipelines import DATA
from vocabularies import qwen_reference
from z_image import build, draw, image

ROWS = 151_936
IMAGES = [image(["a dog on the beach, 小狗, كلب"], cfg=0.0), image(["a cat", "two owls in a tree at night, 2024"], "blurry", width=48, steps=3)]


def embedding(width):
    rows, columns = torch.arange(ROWS).unsqueeze(1), torch.arange(width)
    return ((rows * 131 + columns * 71) % 257 - 128).float() / 2048


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    pipeline = build()
    pipeline.tokenizer = qwen_reference()
    pipeline.tokenizer.chat_template = TEMPLATE
    pipeline.text_encoder.resize_token_embeddings(ROWS)
    pipeline.text_encoder.set_input_embeddings(torch.nn.Embedding.from_pretrained(embedding(pipeline.text_encoder.config.hidden_size)))
    torch.manual_seed(5)
    vae = vae_of_16_channels((32, 32))
    for parameter in vae.parameters():
        parameter.data = (parameter.data + 0.02 * torch.randn_like(parameter)).half().float()
    pipeline.register_modules(vae=vae.eval())
    pipeline.vae_scale_factor = 2
    save_file({key: value.half() for key, value in vae.state_dict().items() if key.startswith("decoder.")}, DATA / "pipelines" / "z_image_vae.safetensors")
    save_lists("z_image_files", draw_all(lambda spec: draw(pipeline, spec), IMAGES), IMAGES)


if __name__ == "__main__":
    sys.exit(main())
