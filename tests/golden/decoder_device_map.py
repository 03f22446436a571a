"""Where Accelerate puts language models, for tests/core/families/tst_decoder_modules.cpp.

    python tests/golden/decoder_device_map.py

For each folder of data/language_models and data/classifiers: its modules in the order of registration, [class, [[parameter, shape]…], [[child,
module]…]], and device maps under several budgets, as in unet_device_map.py.
"""

import json
import pathlib

import torch
import transformers
from accelerate import infer_auto_device_map
from accelerate.utils import get_balanced_memory

DATA = pathlib.Path(__file__).parent / "data"


def memories(total):
    """Budgets that are limiting in different places."""
    return [{0: int(total * 0.55), 1: int(total * 0.8)}, {0: int(total * 0.4), 1: int(total * 0.4), 2: int(total * 0.4)},
            {0: int(total * 0.4), "cpu": total}, {0: 2 * total, 1: 2 * total}]


def module_tree(module):
    parameters = [[name, list(p.shape)] for name, p in module.named_parameters(recurse=False)]
    return [type(module).__name__, parameters, [[name, module_tree(child)] for name, child in module.named_children()]]


def by_device(placed):
    devices = {}
    for name, device in placed.items():
        devices.setdefault(str(device), []).append(name)
    return devices


def maps(model, total):
    whole = sorted(model._no_split_modules)
    for number, memory in enumerate(memories(total)):
        for strategy in ("sequential", "balanced", "balanced_low_0"):
            dtype = "float16" if number == 2 else None
            options = dict(no_split_module_classes=whole, dtype=dtype and getattr(torch, dtype))
            budget = dict(memory)
            if strategy != "sequential":
                budget = get_balanced_memory(model, budget, low_zero=strategy == "balanced_low_0", **options)
            try:
                placed = infer_auto_device_map(model, budget, **options)
            except IndexError:  # Accelerate loses track of a tied bias once it has split the head that has it
                print("no map:", type(model).__name__, strategy, memory)
                continue
            yield [strategy, list(memory.items()), whole, dtype or "", by_device(placed)]


def case_of(folder):
    config = transformers.AutoConfig.from_pretrained(folder)
    model_class = getattr(transformers, config.architectures[0])
    if config.is_encoder_decoder:  # whether T5's head is the embedding is for the file to say
        model = model_class.from_pretrained(folder, dtype=torch.float32)
    else:
        model = model_class._from_config(config, dtype=torch.float32)
        model.tie_weights()
    if hasattr(config, "vision_config"):  # of which only the half that reads texts is used
        model.model = model.model.language_model
        model._no_split_modules = {name for name in model._no_split_modules if "Vision" not in name}
    total = sum(p.numel() * p.element_size() for p in model.parameters())
    return {"name": f"{folder.parent.name}/{folder.name}", "modules": module_tree(model),
            "no_split_modules": sorted(model._no_split_modules), "maps": list(maps(model, total))}


def main():
    folders = [path for kind in ("language_models", "classifiers") for path in sorted((DATA / kind).iterdir()) if path.is_dir()]
    lines = ",\n".join(json.dumps(case_of(folder), separators=(",", ":")) for folder in folders)
    (DATA / "devices" / "decoder_device_map.json").write_text(f"[{lines}]\n")


if __name__ == "__main__":
    main()
