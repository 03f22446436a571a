"""Where Accelerate puts the networks of picture models that are transformers, for tests/core/families/tst_transformer_modules.cpp.

    python tests/golden/transformer_device_map.py   (versions: requirements.txt)

For each of these folders of data/pipelines: its network's modules in the order of registration and device maps under several budgets, as in
decoder_device_map.py.
"""

import json

import diffusers

from decoder_device_map import DATA, maps, module_tree

NETWORKS = {"z_image": diffusers.ZImageTransformer2DModel, "flux_2": diffusers.Flux2Transformer2DModel,
            "flux_1": diffusers.FluxTransformer2DModel}


def case_of(name, network_class):
    network = network_class.from_pretrained(DATA / "pipelines" / name / "transformer").float()
    total = sum(p.numel() * p.element_size() for p in network.parameters())
    return {"name": name, "modules": module_tree(network), "no_split_modules": sorted(network._no_split_modules), "maps": list(maps(network, total))}


def main():
    lines = ",\n".join(json.dumps(case_of(*entry), separators=(",", ":")) for entry in NETWORKS.items())
    (DATA / "devices" / "transformer_device_map.json").write_text(f"[{lines}]\n")


if __name__ == "__main__":
    main()
