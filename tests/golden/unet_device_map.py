"""Where Accelerate puts diffusers' UNets, for tests/core/models/tst_unet_modules.cpp.

    pip install -r tests/golden/requirements.txt && python tests/golden/unet_device_map.py

Each of a few UNets, some hand-made and some random, with its config, its modules in the order of registration
([class, [[parameter, shape]…], [[child, module]…]]) and device maps: [strategy, memory, unsplittable classes, dtype, {device: names}].
"""

import json
import pathlib
import random

import torch
from accelerate import infer_auto_device_map
from accelerate.utils import get_balanced_memory
from diffusers import UNet2DConditionModel

FILE = pathlib.Path(__file__).parent / "data" / "devices" / "unet_device_map.json"
CROSS, PLAIN = ("CrossAttnDownBlock2D", "CrossAttnUpBlock2D"), ("DownBlock2D", "UpBlock2D")

NAMED = {
    "as Stable Diffusion 1": dict(block_out_channels=[16, 32, 64, 64], layers_per_block=2, cross_attention_dim=24, attention_head_dim=8,
                                  norm_num_groups=8),
    "as Stable Diffusion 2": dict(block_out_channels=[16, 32, 64, 64], layers_per_block=2, cross_attention_dim=32, attention_head_dim=[2, 4, 8, 8],
                                  use_linear_projection=True, norm_num_groups=8),
    "one block without a middle": dict(block_out_channels=[8], layers_per_block=1, cross_attention_dim=8, attention_head_dim=2, norm_num_groups=4,
                                       down_block_types=[CROSS[0]], up_block_types=[CROSS[1]], mid_block_type=None),
    "guidance embedding, middle without attention": dict(block_out_channels=[8, 16], layers_per_block=[1, 2], cross_attention_dim=8,
                                                         attention_head_dim=2, norm_num_groups=4, down_block_types=[PLAIN[0], CROSS[0]],
                                                         up_block_types=[CROSS[1], PLAIN[1]], mid_block_type="UNetMidBlock2D",
                                                         time_cond_proj_dim=6, time_embedding_dim=20, resnet_time_scale_shift="scale_shift",
                                                         act_fn="mish", in_channels=9, conv_in_kernel=1, conv_out_kernel=5),
    "lists of everything": dict(block_out_channels=[8, 16, 24], layers_per_block=[2, 1, 3], cross_attention_dim=[8, 16, 24],
                                attention_head_dim=[2, 3, 5], norm_num_groups=4, transformer_layers_per_block=[1, 2, 3],
                                reverse_transformer_layers_per_block=[2, 1, 1], only_cross_attention=[True, False, True],
                                down_block_types=[CROSS[0]] * 3, up_block_types=[CROSS[1]] * 3, act_fn="gelu"),
    "as Stable Diffusion XL": dict(block_out_channels=[16, 32, 64], layers_per_block=2, cross_attention_dim=40, attention_head_dim=[1, 2, 4],
                                   transformer_layers_per_block=[1, 2, 3], use_linear_projection=True, norm_num_groups=8,
                                   addition_embed_type="text_time", addition_time_embed_dim=8, projection_class_embeddings_input_dim=24 + 6 * 8,
                                   down_block_types=[PLAIN[0], CROSS[0], CROSS[0]], up_block_types=[CROSS[1], CROSS[1], PLAIN[1]]),
    "pruned as SSD-1B": dict(block_out_channels=[16, 32, 64], layers_per_block=2, cross_attention_dim=40, attention_head_dim=[1, 2, 4],
                             transformer_layers_per_block=[1, 2, [4, 3]], reverse_transformer_layers_per_block=[[4, 4, 10], [2, 1, 1], 1],
                             use_linear_projection=True, norm_num_groups=8, mid_block_type="UNetMidBlock2D", addition_embed_type="text_time",
                             addition_time_embed_dim=8, projection_class_embeddings_input_dim=24 + 6 * 8,
                             down_block_types=[PLAIN[0], CROSS[0], CROSS[0]], up_block_types=[CROSS[1], CROSS[1], PLAIN[1]]),
    "pruned as small-sd": dict(block_out_channels=[16, 32, 64, 64], layers_per_block=1, cross_attention_dim=24, attention_head_dim=8,
                               norm_num_groups=8, mid_block_type=None),
}


def random_config(choose):
    blocks = choose.randint(1, 4)
    kinds = [choose.choice([CROSS, PLAIN]) for _ in range(blocks)]
    channels = [8 * choose.randint(1, 4) for _ in range(blocks)]
    return dict(block_out_channels=channels, layers_per_block=[choose.randint(1, 2) for _ in range(blocks)],
                cross_attention_dim=8 * choose.randint(1, 4), attention_head_dim=[choose.choice([1, 2, 3, 4]) for _ in range(blocks)],
                norm_num_groups=4, down_block_types=[kind[0] for kind in kinds], up_block_types=[choose.choice([CROSS, PLAIN])[1] for _ in kinds],
                mid_block_type=choose.choice(["UNetMidBlock2DCrossAttn", "UNetMidBlock2D", None]), use_linear_projection=choose.random() < 0.5)


def memories(total):
    """Budgets that are limiting in different places."""
    return [{0: int(total * 0.55), 1: int(total * 0.8)}, {0: int(total * 0.4), 1: int(total * 0.4), 2: int(total * 0.4)},
            {0: int(total * 0.3), 1: int(total * 0.2), "cpu": total}, {0: int(total * 0.25), "cpu": int(total * 0.4)}, {0: 2 * total, 1: 2 * total}]


def module_tree(module):
    parameters = [[name, list(p.shape)] for name, p in module.named_parameters(recurse=False)]
    return [type(module).__name__, parameters, [[name, module_tree(child)] for name, child in module.named_children()]]


def by_device(placed):
    devices = {}
    for name, device in placed.items():
        devices.setdefault(str(device), []).append(name)
    return devices


def maps(unet, total):
    for number, memory in enumerate(memories(total)):
        for strategy in ("sequential", "balanced", "balanced_low_0"):
            for whole in (unet._no_split_modules, []) if number < 2 else (unet._no_split_modules,):
                dtype = "float16" if number == 2 else None
                options = dict(no_split_module_classes=whole, dtype=dtype and getattr(torch, dtype))
                budget = dict(memory)
                if strategy != "sequential":
                    budget = get_balanced_memory(unet, budget, low_zero=strategy == "balanced_low_0", **options)
                placed = infer_auto_device_map(unet, budget, **options)
                yield [strategy, list(memory.items()), whole, dtype or "", by_device(placed)]


def main():
    choose = random.Random(7)
    configs = dict(NAMED)
    for number in range(4):
        configs[f"random {number}"] = random_config(choose)
    cases = []
    for name, config in configs.items():
        with torch.device("meta"):
            unet = UNet2DConditionModel(**config)
        total = sum(p.numel() * p.element_size() for p in unet.parameters())
        cases.append({"name": name, "config": {key: value for key, value in unet.config.items() if not key.startswith("_")},
                      "modules": module_tree(unet), "no_split_modules": unet._no_split_modules, "maps": list(maps(unet, total))})
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    FILE.write_text(f"[{lines}]\n")


if __name__ == "__main__":
    main()
