"""Small random LoRAs for the model "sd1" of pipelines.py, with kohya's and with diffusers' names, the latter also with PEFT's configuration,
the former also with matrices of 8 bits and alphas of every type and shape, and pictures that diffusers makes with them; and one for "sdxl" of
stable_diffusion_xl.py, with both text encoders, in the names of each program.

Writes tests/golden/data/lora/{kohya,diffusers,peft,short,xl_original,xl_diffusers}.safetensors and golden.safetensors with pictures of
load_lora_weights() and fuse_lora(), in float32 on a CPU. Versions: requirements.txt.
"""
import itertools
import json
import pathlib
import sys

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import save_file
from transformers import CLIPTextModel

import single_file

# transformers 5 has flattened the class, diffusers 0.42 still expects the nested one
CLIPTextModel.text_model = property(lambda self: self)

DATA = pathlib.Path(__file__).parent / "data"
OUT = DATA / "lora"
RANK, ALPHA, WEIGHT = 3, 2.0, 0.7
UNET = ("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "proj_in", "conv1", "conv_shortcut")


PEFT = ("proj_in", "conv1")


def halves(weight, generator):
    down = torch.randn((RANK, *weight.shape[1:]), generator=generator) * 0.3
    up = torch.randn((weight.shape[0], RANK, *[1] * (weight.ndim - 2)), generator=generator) * 0.3
    return down.half(), up.half()


def make(pipeline):
    """Each module's halves with both programs' names. Without the text encoder, for which diffusers and transformers use different names."""
    generator = torch.Generator("cpu").manual_seed(11)
    kohya, diffusers = {}, {}
    for key, weight in pipeline.unet.state_dict().items():
        module = key.removesuffix(".weight")
        if key == module or not module.endswith(UNET):
            continue
        down, up = halves(weight, generator)
        flat = "lora_unet_" + module.replace(".", "_")
        kohya |= {flat + ".lora_down.weight": down, flat + ".lora_up.weight": up, flat + ".alpha": torch.tensor(ALPHA)}
        diffusers |= {f"unet.{module}.lora_A.weight": down, f"unet.{module}.lora_B.weight": up}
    peft = {key: half for key, half in diffusers.items() if key.split(".lora_")[0].endswith(PEFT)}
    return {"kohya": (kohya, None), "diffusers": (diffusers, None), "peft": (peft, peft_config(peft)), "short": (shortened(kohya), None)}


def shortened(kohya):
    """Some of the layers, in the types and shapes that files have them in."""
    matrices = itertools.cycle((torch.float8_e4m3fn, torch.float8_e5m2))
    alphas = itertools.cycle(itertools.product((torch.int32, torch.uint8, torch.float8_e4m3fn, torch.float8_e5m2, torch.bfloat16, torch.float64),
                                               ((), (1,), (1, 1))))
    tensors = {}
    for key in (key for key in kohya if key.endswith(("to_q.alpha", "proj_in.alpha", "conv1.alpha"))):
        layer, matrix, (alpha, shape) = key.removesuffix(".alpha"), next(matrices), next(alphas)
        for half in (".lora_down.weight", ".lora_up.weight"):
            tensors[layer + half] = kohya[layer + half].to(matrix)
        tensors[key] = kohya[key].to(alpha).reshape(shape)
    return tensors


def peft_config(tensors):
    """Separate alphas for one module and for one kind of module, divided by the square root of the rank."""
    one = next(iter(tensors)).removeprefix("unet.").split(".lora_")[0]
    config = {"r": RANK, "lora_alpha": 3.0, "use_rslora": True, "target_modules": list(PEFT), "alpha_pattern": {one: 6.0, "conv1": 1.0}}
    return {"lora_adapter_metadata": json.dumps({f"unet.{key}": value for key, value in config.items()})}


XL_UNET, XL_TEXT = ("to_q", "to_out.0", "ff.net.2", "proj_in", "conv1", "conv_shortcut", "time_emb_proj"), ("q_proj", "fc1")


def changes_of(network, names, generator):
    """(module, its weight, its halves)"""
    for key, weight in network.state_dict().items():
        module = key.removesuffix(".weight")
        if key != module and module.endswith(names):
            yield module, weight, *halves(weight, generator)


@torch.no_grad()
def make_xl(pipeline):
    """In both programs' names, and merged into the pipeline by hand: diffusers loads the network's part alike (which is checked), but cannot
    load that of a text encoder whose class transformers 5 has flattened."""
    generator = torch.Generator("cpu").manual_seed(12)
    original, diffusers, unet_only = {}, {}, {}
    for component, kohya, names in (("unet", "lora_unet_", XL_UNET), ("text_encoder", "lora_te1_", XL_TEXT), ("text_encoder_2", "lora_te2_", XL_TEXT)):
        network = getattr(pipeline, component)
        old_names = {tensor.data_ptr(): key for key, tensor in single_file.original_unet(network).items()} if component == "unet" else {}
        for module, weight, down, up in changes_of(network, names, generator):
            name = module if component == "unet" or module.startswith("text_model.") else "text_model." + module
            flat = kohya + old_names.get(weight.data_ptr(), name).removesuffix(".weight").replace(".", "_")
            halves_of_it = {f"{component}.{name}.lora_A.weight": down, f"{component}.{name}.lora_B.weight": up}
            original |= {flat + ".lora_down.weight": down, flat + ".lora_up.weight": up, flat + ".alpha": torch.tensor(float(RANK))}
            diffusers |= halves_of_it
            unet_only |= halves_of_it if component == "unet" else {}
            product = up.float().flatten(1) @ down.float().flatten(1)
            weight += WEIGHT * product.view(weight.shape)
    return original, diffusers, unet_only


def load_xl():
    pipeline = StableDiffusionXLPipeline.from_pretrained(DATA / "pipelines" / "sdxl", torch_dtype=torch.float32, add_watermarker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def main_xl(golden):
    golden["xl_none"] = picture(load_xl())
    pipeline = load_xl()
    original, diffusers, unet_only = make_xl(pipeline)
    for name, tensors in (("xl_original", original), ("xl_diffusers", diffusers)):
        save_file(tensors, OUT / f"{name}.safetensors")
    golden["xl"] = picture(pipeline)
    by_hand, by_diffusers = load_xl(), load_xl()
    by_hand.unet = pipeline.unet
    for loaded in ({key: half for key, half in original.items() if key.startswith("lora_unet_")}, unet_only):
        by_diffusers = load_xl()
        by_diffusers.load_lora_weights(dict(loaded))
        by_diffusers.fuse_lora(lora_scale=WEIGHT)
        off = (picture(by_hand).int() - picture(by_diffusers).int()).abs().max().item()
        assert off <= 1, off


@torch.no_grad()
def picture(pipeline):
    made = pipeline("a dog", negative_prompt="bad", num_inference_steps=4, guidance_scale=5.0, width=32, height=32, output_type="np",
                    generator=torch.Generator("cpu").manual_seed(40)).images
    return torch.from_numpy((made * 255).round().astype("uint8")).contiguous()


def load():
    pipeline = StableDiffusionPipeline.from_pretrained(DATA / "pipelines" / "sd1", torch_dtype=torch.float32, safety_checker=None)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def main():
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    golden = {}
    for name, (tensors, metadata) in make(load()).items():
        save_file(tensors, OUT / f"{name}.safetensors", metadata)
        pipeline = load()
        pipeline.load_lora_weights(OUT, weight_name=f"{name}.safetensors")
        pipeline.fuse_lora(lora_scale=WEIGHT)
        golden[name] = picture(pipeline)
    golden["none"] = picture(load())
    main_xl(golden)
    save_file(golden, OUT / "golden.safetensors")


if __name__ == "__main__":
    sys.exit(main())
