"""Small random networks and blocks with their inputs and outputs, as diffusers and transformers compute them.

    pip install -r tests/golden/requirements.txt && python tests/golden/networks.py

One .safetensors per case: weights (float16 values, evaluated in float32), inputs, outputs, and for some cases the output of each
layer (taps); networks.json holds the configs and the shapes.
"""

import json
import pathlib

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.downsampling import Downsample2D
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.transformers.transformer_2d import Transformer2DModel
from diffusers.models.upsampling import Upsample2D
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

FOLDER = pathlib.Path(__file__).parent / "data" / "networks"
CASES = {}


def randomized(module, seed):
    """Makes norms non-trivial, and every value exact in float16."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            spread = 0.2 if parameter.dim() == 1 else 1.5 / parameter[0].numel() ** 0.5
            start = parameter if parameter.dim() == 1 else 0
            parameter.copy_((start + spread * torch.randn(parameter.shape)).half().float())
    return module.eval()


def write(name, config, weights, inputs, outputs, taps=None):
    parts = {"weights": {k: v.half() for k, v in weights.items()}, "inputs": inputs, "outputs": outputs, "taps": taps or {}}
    tensors = {f"{part}.{key}": t.detach().contiguous().clone() for part, tree in parts.items() for key, t in tree.items()}
    save_file(tensors, FOLDER / f"{name}.safetensors")
    (FOLDER / f"{name}.safetensors").chmod(0o644)
    shapes = {part: {key: list(t.shape) for key, t in parts[part].items()} for part in ("inputs", "outputs", "taps")}
    CASES[name] = {"config": config, **shapes}


# --- UNets -----------------------------------------------------------------------------------------------------------

UNETS = {
    # Three blocks, head counts that do not divide the channels, attention in the first two only.
    "unet_three_blocks": (
        dict(block_out_channels=[8, 16, 16], layers_per_block=1, attention_head_dim=3, cross_attention_dim=12,
             down_block_types=["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
             up_block_types=["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], norm_num_groups=4),
        dict(size=(8, 12), timestep=981)),
    # Stable Diffusion 2's options, lists for everything, latents that cannot be halved evenly.
    "unet_lists": (
        dict(block_out_channels=[8, 12], layers_per_block=[2, 1], attention_head_dim=[2, 6], cross_attention_dim=[10, 10],
             transformer_layers_per_block=[1, 2], only_cross_attention=[False, True], use_linear_projection=True,
             upcast_attention=True, down_block_types=["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
             up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], norm_num_groups=4, act_fn="gelu"),
        dict(size=(5, 7), timestep=481.5, taps=True)),
    # A single block without a middle, other kernels and another kind of sinusoids, an odd number of them.
    "unet_one_block": (
        dict(block_out_channels=[9], layers_per_block=2, attention_head_dim=1, cross_attention_dim=7,
             down_block_types=["CrossAttnDownBlock2D"], up_block_types=["CrossAttnUpBlock2D"], mid_block_type=None,
             norm_num_groups=3, norm_eps=1e-4, act_fn="mish", conv_in_kernel=1, conv_out_kernel=5, freq_shift=1,
             flip_sin_to_cos=False, center_input_sample=True, in_channels=3, out_channels=5),
        dict(size=(3, 4), timestep=0)),
    # A guidance embedding as in latent consistency models, and other options of the residual blocks.
    "unet_guidance_embedding": (
        dict(block_out_channels=[8, 8], layers_per_block=1, attention_head_dim=2, cross_attention_dim=8,
             down_block_types=["DownBlock2D", "CrossAttnDownBlock2D"], up_block_types=["UpBlock2D", "UpBlock2D"],
             mid_block_type="UNetMidBlock2D", mid_block_scale_factor=1.5, norm_num_groups=4, time_cond_proj_dim=6,
             time_embedding_dim=20, resnet_time_scale_shift="scale_shift", downsample_padding=0),
        dict(size=(6, 4), timestep=259, guidance=[7.5, 1.5])),
    # Pruned like SSD-1B and Segmind Vega: attentions of one block differ in depth, and the middle has none.
    "unet_pruned": (
        dict(block_out_channels=[8, 8, 12], layers_per_block=2, attention_head_dim=[1, 2, 3], cross_attention_dim=12,
             transformer_layers_per_block=[1, 2, [2, 1]], reverse_transformer_layers_per_block=[[1, 1, 3], [2, 1, 1], 1],
             use_linear_projection=True, down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
             up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"], mid_block_type="UNetMidBlock2D", norm_num_groups=4),
        dict(size=(8, 12), timestep=981)),
    # Pruned like small-sd: no middle, one layer a block.
    "unet_small": (
        dict(block_out_channels=[8, 12, 12], layers_per_block=1, attention_head_dim=2, cross_attention_dim=10,
             down_block_types=["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
             up_block_types=["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], mid_block_type=None, norm_num_groups=4),
        dict(size=(6, 8), timestep=500)),
    # A middle as deep as the first attention of the last block.
    "unet_uneven": (
        dict(block_out_channels=[8, 12], layers_per_block=2, attention_head_dim=2, cross_attention_dim=10,
             transformer_layers_per_block=[1, [3, 1]], reverse_transformer_layers_per_block=[[1, 2, 1], 2],
             down_block_types=["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
             up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"], norm_num_groups=4),
        dict(size=(6, 8), timestep=500)),
}


def guidance_embedding(scales, width):
    """LatentConsistencyModelPipeline.get_guidance_scale_embedding."""
    w = (torch.tensor(scales) - 1) * 1000.0
    half = width // 2
    frequencies = torch.exp(torch.arange(half) * -(torch.log(torch.tensor(10000.0)) / (half - 1)))
    angles = w[:, None] * frequencies[None, :]
    return torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)


def unet_layers(unet):
    names = ["time_embedding", "conv_in", "conv_norm_out", "conv_out"]
    names += [n for n, _ in unet.named_modules() if n.split(".")[-1].isdigit() and len(n.split(".")) in (3, 4)
              and n.split(".")[-2] in ("resnets", "attentions", "downsamplers", "upsamplers")]
    return names


def unet_case(name, seed):
    options, run = UNETS[name]
    unet = randomized(UNet2DConditionModel(sample_size=8, **options), seed)
    dim = options["cross_attention_dim"]
    sample = torch.randn(2, options.get("in_channels", 4), *run["size"])
    context = torch.randn(2, 5, dim[0] if isinstance(dim, list) else dim)
    inputs = {"sample": sample, "context": context}
    condition = None
    if "guidance" in run:
        inputs["guidance"] = torch.tensor(run["guidance"])
        condition = guidance_embedding(run["guidance"], options["time_cond_proj_dim"])

    taps = {}

    def hook(layer):
        def keep(module, args, output):
            taps["temb" if layer == "time_embedding" else layer] = output if torch.is_tensor(output) else output[0]
        return keep

    if run.get("taps"):
        for layer in unet_layers(unet):
            unet.get_submodule(layer).register_forward_hook(hook(layer))
        unet.conv_act.register_forward_hook(hook("conv_norm_out"))  # one layer here
    with torch.no_grad():
        output = unet(sample, run["timestep"], context, timestep_cond=condition).sample
    config = {k: v for k, v in unet.config.items() if not k.startswith("_")}
    write(name, {**config, "timestep": run["timestep"]}, unet.state_dict(), inputs, {"sample": output}, taps)


# --- decoders --------------------------------------------------------------------------------------------------------

VAES = {
    "vae_three_blocks": dict(block_out_channels=[8, 12, 16], layers_per_block=2, norm_num_groups=4, scaling_factor=0.4),
    "vae_old_names": dict(block_out_channels=[8, 8], layers_per_block=1, norm_num_groups=2, use_post_quant_conv=False),
    "vae_without_attention": dict(block_out_channels=[8], layers_per_block=1, norm_num_groups=8, act_fn="relu",
                                  mid_block_add_attention=False, latent_channels=3),
}
OLD_NAMES = {".to_q.": ".query.", ".to_k.": ".key.", ".to_v.": ".value.", ".to_out.0.": ".proj_attn."}


def vae_case(name, seed):
    options = VAES[name]
    blocks = len(options["block_out_channels"])
    vae = AutoencoderKL(down_block_types=["DownEncoderBlock2D"] * blocks, up_block_types=["UpDecoderBlock2D"] * blocks, **options)
    randomized(vae, seed)
    latents = torch.randn(2, vae.config.latent_channels, 3, 4)
    with torch.no_grad():
        picture = vae.decode(latents / vae.config.scaling_factor).sample
    weights = {k: v for k, v in vae.state_dict().items() if k.startswith(("decoder.", "post_quant_conv."))}
    if name == "vae_old_names":
        for new, old in OLD_NAMES.items():
            weights = {k.replace(new, old): v for k, v in weights.items()}
    config = {k: v for k, v in vae.config.items() if not k.startswith("_")}
    write(name, config, weights, {"latents": latents}, {"picture": picture})


# --- text encoders ---------------------------------------------------------------------------------------------------

TEXT_ENCODERS = {
    # As transformers 4 saved them, and as transformers 5 does.
    "clip_prefixed": dict(hidden_act="quick_gelu", num_attention_heads=4, prefix="text_model."),
    "clip_plain": dict(hidden_act="gelu", num_attention_heads=2, prefix="", layer_norm_eps=1e-4, use_attention_mask=True),
}


def text_encoder_case(name, seed):
    options = dict(TEXT_ENCODERS[name])
    prefix, masked = options.pop("prefix"), options.get("use_attention_mask", False)
    config = CLIPTextConfig(vocab_size=40, hidden_size=16, intermediate_size=28, num_hidden_layers=3, max_position_embeddings=9,
                            bos_token_id=38, eos_token_id=39, pad_token_id=39, **options)
    model = randomized(CLIPTextModel(config), seed)
    ids = torch.tensor([[38, 3, 7, 21, 39, 39, 39, 39, 39], [38, 5, 39, 39, 39, 39, 39, 39, 39]])
    mask = torch.tensor([[1, 1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0, 0, 0]])
    with torch.no_grad():
        result = model(ids, attention_mask=mask if masked else None, output_hidden_states=True)
        outputs = {"clip_skip_0": result.last_hidden_state}
        for skip in (1, 2):
            outputs[f"clip_skip_{skip}"] = model.final_layer_norm(result.hidden_states[-(skip + 1)])
    weights = {prefix + k: v for k, v in model.state_dict().items()}
    kept = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "max_position_embeddings",
            "hidden_act", "layer_norm_eps", "use_attention_mask")
    write(name, {k: v for k, v in config.to_dict().items() if k in kept}, weights, {"ids": ids, "mask": mask}, outputs)


# --- blocks ----------------------------------------------------------------------------------------------------------

def blocks_case(seed):
    transformer = dict(num_attention_heads=2, attention_head_dim=4, in_channels=8, cross_attention_dim=6, norm_num_groups=4)
    resnet = dict(in_channels=8, temb_channels=10, groups=4, non_linearity="silu")
    blocks = {
        "resnet": ResnetBlock2D(**resnet, out_channels=8, eps=1e-5),
        "resnet_scale_shift": ResnetBlock2D(**resnet, out_channels=12, time_embedding_norm="scale_shift", output_scale_factor=2.0),
        "transformer": Transformer2DModel(**transformer, num_layers=2),
        "transformer_linear": Transformer2DModel(**transformer, use_linear_projection=True, only_cross_attention=True),
        "downsample": Downsample2D(8, use_conv=True, name="op"),
        "downsample_unpadded": Downsample2D(8, use_conv=True, name="op", padding=0),
        "upsample": Upsample2D(8, use_conv=True),
    }
    x, temb, context = torch.randn(2, 8, 5, 6), torch.randn(2, 10), torch.randn(2, 3, 6)
    arguments = {"resnet": (temb,), "resnet_scale_shift": (temb,), "transformer": (context,), "transformer_linear": (context,),
                 "upsample": ((9, 11),)}
    weights, outputs = {}, {}
    with torch.no_grad():
        for i, (name, block) in enumerate(blocks.items()):
            output = randomized(block, seed + i)(x, *arguments.get(name, ()))
            outputs[name] = output if torch.is_tensor(output) else output.sample
            weights |= {f"{name}.{k}": v for k, v in block.state_dict().items()}
    write("blocks", {}, weights, {"x": x, "temb": temb, "context": context}, outputs)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    for seed, name in enumerate(UNETS):
        unet_case(name, 100 + seed)
    for seed, name in enumerate(VAES):
        vae_case(name, 200 + seed)
    for seed, name in enumerate(TEXT_ENCODERS):
        text_encoder_case(name, 300 + seed)
    blocks_case(400)
    (FOLDER / "networks.json").write_text(json.dumps(CASES, indent=1, sort_keys=True) + "\n")
