"""FLUX.2 klein from three files, as ComfyUI's users keep it: what diffusers makes of the network and the text encoder of flux_2.py with Qwen's vocabulary,
heads of which each axis turns a quarter, and a VAE with the usual 32 groups of channels.

Writes tests/golden/data/pipelines/flux_2_vae.safetensors (the decoder, float16) and flux_2_files.safetensors (pictures, float32 on a CPU).
The vocabulary's matrix is 16 times that of z_image_files.py. Versions: requirements.txt.
"""
import sys

import torch
from diffusers import AutoencoderKLFlux2, Flux2Transformer2DModel
from safetensors.torch import save_file

from flow_models import TEMPLATE, draw_all, save_lists
from flux_2 import build, draw, image
from pipelines import DATA
from vocabularies import qwen_reference
from z_image_files import ROWS, embedding

IMAGES = [image(["a dog on the beach, 小狗, كلب"], distilled=True), image(["a cat", "two owls in a tree at night, 2024"], cfg=4.0, width=48, steps=3)]


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    pipeline = build()
    pipeline.tokenizer = qwen_reference()
    pipeline.tokenizer.chat_template = TEMPLATE
    pipeline.text_encoder.resize_token_embeddings(ROWS)
    pipeline.text_encoder.set_input_embeddings(torch.nn.Embedding.from_pretrained(16 * embedding(pipeline.text_encoder.config.hidden_size)))
    head = pipeline.transformer.config.attention_head_dim
    network = Flux2Transformer2DModel.from_config(dict(pipeline.transformer.config) | dict(axes_dims_rope=(head // 4,) * 4))
    network.load_state_dict(pipeline.transformer.state_dict())
    torch.manual_seed(5)
    vae = AutoencoderKLFlux2(sample_size=32, down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
                             block_out_channels=(32, 32), layers_per_block=1, latent_channels=8)
    for parameter in vae.parameters():
        parameter.data = (parameter.data + 0.02 * torch.randn_like(parameter)).half().float()
    vae.bn.running_mean = (0.3 * torch.randn_like(vae.bn.running_mean)).half().float()
    vae.bn.running_var = (0.5 + torch.rand_like(vae.bn.running_var)).half().float()
    pipeline.register_modules(transformer=network.eval(), vae=vae.eval())
    used = {key: value for key, value in vae.state_dict().items() if key.startswith(("decoder.", "post_quant_conv.", "bn.running"))}
    save_file({key: value.half() for key, value in used.items()}, DATA / "pipelines" / "flux_2_vae.safetensors")
    save_lists("flux_2_files", draw_all(lambda spec: draw(pipeline, spec), IMAGES), IMAGES)


if __name__ == "__main__":
    sys.exit(main())
