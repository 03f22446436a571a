"""Small random adapters for the models "sd1" of pipelines.py and "sdxl" of stable_diffusion_xl.py, made by LyCORIS and by PEFT, and the weights
that these libraries change with them.

Writes tests/golden/data/adapters/NAME.safetensors as trainers save them, PEFT's into a folder with its adapter_config.json, and
golden.safetensors with "NAME/COMPONENT/PARAMETER", in float32 on a CPU. Versions: requirements.txt.
"""
import pathlib
import sys

import torch
from diffusers import UNet2DConditionModel
from lycoris.functional.general import weight_decompose
from lycoris.modules.full import FullModule
from lycoris.modules.locon import LoConModule
from lycoris.modules.loha import LohaModule
from lycoris.modules.lokr import LokrModule
from lycoris.modules.norms import NormModule
from peft import LoHaConfig, LoKrConfig, LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import CLIPTextModel, CLIPTextModelWithProjection

import single_file

DATA = pathlib.Path(__file__).parent / "data"
OUT = DATA / "adapters"
LINEAR, POINTWISE, CONV, NORM = ("down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k", "down_blocks.1.resnets.0.conv_shortcut", "conv_in",
                                 "down_blocks.0.resnets.0.norm1")
WIDE = "down_blocks.0.attentions.0.transformer_blocks.0.ff.net.0.proj"  # large enough for two low ranks at once
UNET = (LINEAR, POINTWISE, CONV)
RANK, ALPHA = 3, 2.0

KINDS = {
    "locon_tucker": (LoConModule, UNET, dict(use_tucker=True)),
    "loha": (LohaModule, UNET, {}),
    "loha_tucker": (LohaModule, (CONV,), dict(use_tucker=True)),
    "lokr": (LokrModule, UNET, dict(lora_dim=1)),
    "lokr_tucker": (LokrModule, (CONV,), dict(lora_dim=1, use_tucker=True)),
    "lokr_both": (LokrModule, (WIDE,), dict(lora_dim=2, alpha=3.0, decompose_both=True)),
    "lokr_full": (LokrModule, UNET, dict(full_matrix=True)),
    "dora": (LoConModule, UNET, dict(weight_decompose=True)),
    "dora_inputs": (LoConModule, UNET, dict(weight_decompose=True, wd_on_out=False)),
    "dora_loha": (LohaModule, (LINEAR, CONV), dict(weight_decompose=True)),
    "dora_lokr": (LokrModule, (LINEAR, CONV), dict(lora_dim=1, weight_decompose=True, wd_on_out=False)),
    "full": (FullModule, (LINEAR, CONV), {}),
    "norm": (NormModule, (NORM,), {}),
}


def randomise(module, generator):
    """Values that float16 has, so that the file holds what the weights are computed from."""
    for name, parameter in module.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.data = (parameter * (1 + 0.2 * noise) if "dora" in name or "magnitude" in name else 0.4 * noise).half().float()


def difference(layer):
    """As forward() takes it: get_diff_weight() of LyCORIS 4.1 multiplies that of LoHa and LoKr by their scale twice."""
    return layer.get_diff_weight()[0] if isinstance(layer, LoConModule) else layer.get_weight(layer.shape) * layer.scalar


def changed(layer, module):
    """The weight, and the bias if that changes."""
    if isinstance(layer, (FullModule, NormModule)):
        return [tensor + diff for tensor, diff in zip((module.weight, module.bias), layer.get_diff_weight()) if tensor is not None]
    weight = module.weight + difference(layer)
    return [weight_decompose(weight, layer.dora_scale, 1, layer.wd_on_out) if layer.wd else weight]


def saved(layer):
    if isinstance(layer, FullModule):
        return dict(diff=layer.weight, diff_b=layer.bias)
    return dict(w_norm=layer.w_norm, b_norm=layer.b_norm) if isinstance(layer, NormModule) else layer.custom_state_dict()


def lycoris(kind, module, generator, **options):
    layer = kind("", module, **dict(dict(lora_dim=RANK, alpha=ALPHA) | options))
    if isinstance(layer, FullModule) and module.bias is None:
        layer.bias = None
    randomise(layer, generator)
    return layer


def half(tensors):
    return {key: tensor.detach().half().contiguous() for key, tensor in tensors.items() if tensor is not None}


def add(golden, name, layer, module, component, parameter):
    for tensor, suffix in zip(changed(layer, module), ("weight", "bias")):
        golden[f"{name}/{component}/{parameter}.{suffix}"] = tensor.detach().clone()


def sd1():
    return UNet2DConditionModel.from_pretrained(DATA / "pipelines" / "sd1" / "unet", torch_dtype=torch.float32)


def main_lycoris(golden):
    unet, generator = sd1(), torch.Generator("cpu").manual_seed(21)
    for name, (kind, modules, options) in KINDS.items():
        tensors = {}
        for key in modules:
            module = unet.get_submodule(key)
            layer = lycoris(kind, module, generator, **options)
            tensors |= {f"lora_unet_{key.replace('.', '_')}.{part}": tensor for part, tensor in saved(layer).items()}
            add(golden, name, layer, module, "unet", key)
        save_file(half(tensors), OUT / f"{name}.safetensors")


def main_xl(golden):
    """A LoKr of all three networks, in the UNet's original names."""
    folder, generator, tensors = DATA / "pipelines" / "sdxl", torch.Generator("cpu").manual_seed(22), {}
    unet = UNet2DConditionModel.from_pretrained(folder / "unet", torch_dtype=torch.float32)
    old_names = {tensor.data_ptr(): key for key, tensor in single_file.original_unet(unet).items()}
    linear = "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k"
    layers = [("unet", unet, linear, old_names[unet.get_submodule(linear).weight.data_ptr()].removesuffix(".weight"), "lora_unet_")]
    for component, kind, prefix in (("text_encoder", CLIPTextModel, "lora_te1_"), ("text_encoder_2", CLIPTextModelWithProjection, "lora_te2_")):
        encoder = kind.from_pretrained(folder / component, torch_dtype=torch.float32)
        key = next(name for name, _ in encoder.named_modules() if name.endswith("encoder.layers.1.mlp.fc1"))
        layers.append((component, encoder, key, "text_model." + key.removeprefix("text_model."), prefix))
    for component, network, key, name, prefix in layers:
        module = network.get_submodule(key)
        layer = lycoris(LokrModule, module, generator, lora_dim=2, weight_decompose=component == "unet")
        tensors |= {f"{prefix}{name.replace('.', '_')}.{part}": tensor for part, tensor in saved(layer).items()}
        add(golden, "xl_lokr", layer, module, component, key)
    save_file(half(tensors), OUT / "xl_lokr.safetensors")


def main_peft(golden):
    """As save_pretrained() leaves them. A LoKr of two whole matrices is scaled here, unlike LyCORIS's."""
    generator = torch.Generator("cpu").manual_seed(23)
    targets = list(UNET)
    configs = {
        "peft_loha": LoHaConfig(r=RANK, alpha=4, target_modules=targets, use_effective_conv2d=True),
        "peft_lokr": LoKrConfig(r=1, alpha=2, target_modules=targets, use_effective_conv2d=True),
        "peft_lokr_full": LoKrConfig(r=16, alpha=4, target_modules=targets),
        "peft_dora": LoraConfig(r=RANK, lora_alpha=4, use_rslora=True, target_modules=targets, use_dora=True),
    }
    for name, config in configs.items():
        model = get_peft_model(sd1(), config)
        adapter = torch.nn.Module()
        for number, (key, parameter) in enumerate(model.named_parameters()):
            if any(part in key for part in ("lora_", "hada_", "lokr_")):
                adapter.register_parameter(f"{'magnitude' if 'magnitude' in key else 'factor'}{number}", parameter)
        randomise(adapter, generator)
        model.save_pretrained(OUT / name)
        (OUT / name / "README.md").unlink(missing_ok=True)
        merged = model.merge_and_unload()
        for key in UNET:
            golden[f"{name}/unet/{key}.weight"] = merged.get_submodule(key).weight.detach().clone()


def main():
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    golden = {}
    with torch.no_grad():
        main_lycoris(golden)
        main_xl(golden)
        main_peft(golden)
    save_file(golden, OUT / "golden.safetensors")


if __name__ == "__main__":
    sys.exit(main())
