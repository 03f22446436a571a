"""Networks of FLUX.2 with other blocks and time embeddings than klein's, and what diffusers makes of them.

Writes tests/golden/data/pipelines/flux_2_shapes.safetensors (weights, float16; what goes in and comes out, float32 on a CPU) and flux_2_shapes.json (their
configs). Versions: requirements.txt.
"""
import json
import sys

import torch
from diffusers import Flux2KleinPipeline, Flux2Transformer2DModel
from safetensors.torch import save_file

from pipelines import DATA

SHAPES = {"no double blocks": dict(num_layers=0, num_single_layers=2), "no single blocks": dict(num_layers=2, num_single_layers=0),
          "fewer sinusoids": dict(timestep_guidance_channels=10), "a text's axis alone": dict(axes_dims_rope=(0, 2, 0, 6)),
          "guidance that is not told": dict(guidance_embeds=True)}


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    torch.manual_seed(sum(b"flux_2_shapes"))
    tensors, configs = {"x": torch.randn(1, 4, 3, 4), "texts": torch.randn(1, 5, 6)}, {}
    for name, shape in SHAPES.items():
        network = Flux2Transformer2DModel(**(dict(in_channels=4, num_layers=1, num_single_layers=1, attention_head_dim=8, num_attention_heads=2,
                                                  joint_attention_dim=6, axes_dims_rope=(2, 2, 2, 2), mlp_ratio=1.7, guidance_embeds=False) | shape)).eval()
        for parameter in network.parameters():
            parameter.data = (2 * parameter + 0.1 * torch.randn_like(parameter)).half().float()
        x, texts = tensors["x"], tensors["texts"]
        out = network(Flux2KleinPipeline._pack_latents(x), texts, torch.tensor([0.7]), Flux2KleinPipeline._prepare_latent_ids(x),
                      Flux2KleinPipeline._prepare_text_ids(texts), guidance=None, return_dict=False)[0]
        tensors |= {f"{name}.{key}": value.half().contiguous() for key, value in network.state_dict().items()}
        tensors[f"{name} out"] = out.transpose(1, 2).reshape(x.shape).contiguous()
        configs[name] = dict(network.config)
        print(name, out.std().item())
    save_file(tensors, DATA / "pipelines" / "flux_2_shapes.safetensors")
    (DATA / "pipelines" / "flux_2_shapes.json").write_text(json.dumps(configs, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
