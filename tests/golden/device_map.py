"""Device maps as Accelerate infers them, for tests/core/devices/tst_device_map.cpp.

    python tests/golden/device_map.py        checks device_map_cases.json, writes device_map_random.json

device_map_cases.json holds module trees of small language models and hand-made networks with placements made by
Accelerate 1.15.0; they are computed again here, to show that the trees contain everything that matters. device_map_random.json holds
random trees with random budgets, ties, dtypes and unsplittable classes. A tree is
[class, [[parameter, shape, dtype]…], [[buffer, shape, dtype, persistent]…], [[child, tree]…]].
"""

import json
import pathlib
import random
import sys

import accelerate
import torch
from accelerate import inference
from accelerate.utils import modeling
from torch import nn

DATA = pathlib.Path(__file__).parent / "data" / "devices"
DTYPES = ["float32", "float32", "float32", "float16", "bfloat16", "int8", "float64"]


def build(tree, prefix, shared, ties):
    class_name, params, buffers, children = tree
    module = type(class_name, (nn.Module,), {})()
    for name, shape, dtype in params:
        full = f"{prefix}{name}"
        key = ties.get(full, full)
        if key not in shared:
            tensor = torch.empty(shape, dtype=getattr(torch, dtype), device="meta")
            shared[key] = nn.Parameter(tensor, requires_grad=False)
        module.register_parameter(name, shared[key])
    for name, shape, dtype, persistent in buffers:
        tensor = torch.empty(shape, dtype=getattr(torch, dtype), device="meta")
        module.register_buffer(name, tensor, persistent=persistent)
    for name, child in children:
        module.add_module(name, build(child, f"{prefix}{name}.", shared, ties))
    return module


def build_model(tree, ties):
    return build(tree, "", {}, {alias: first for first, alias in ties})


def run(model, strategy, budget, no_split, dtype=None, fallback=False, special=None):
    """The map in order of placement and the cleaned one, or the name of the exception."""
    options = {"no_split_module_classes": no_split, "dtype": dtype, "special_dtypes": special}
    try:
        memory = dict(budget)
        if strategy != "sequential":
            memory = modeling.get_balanced_memory(model, memory, low_zero=strategy == "balanced_low_0", **options)
        options["fallback_allocation"] = fallback
        raw = modeling.infer_auto_device_map(model, dict(memory), clean_result=False, **options)
        clean = modeling.infer_auto_device_map(model, dict(memory), **options)
    except (IndexError, KeyError, AttributeError) as error:
        return type(error).__name__
    return [list(memory.items()), list(raw.items()), sorted(clean.items())]


def run_in_any_order(model, *arguments):
    """Accelerate iterates over a set of tied names, in the interpreter's order: only cases in which it does not matter are used."""
    original, results = modeling.find_tied_parameters, []
    for reorder in (sorted, lambda groups: sorted(groups, reverse=True)):
        modeling.find_tied_parameters = lambda model: reorder(original(model))
        results.append(run(model, *arguments))
    modeling.find_tied_parameters = original
    return results[0] if results[0] == results[1] else None


def auto_split_points(model, chunks, no_split):
    try:
        mapping = inference.generate_device_map(model, chunks, no_split_module_classes=no_split)
    except (ValueError, IndexError) as error:
        return type(error).__name__
    points = [next((k for k, v in mapping.items() if v == i), None) for i in range(1, chunks)]
    return "StopIteration" if None in points else points


# The hand-written cases.


def positional(module):
    children = [[name, positional(child)] for name, child in module.get("children", [])]
    return [module["class"], module.get("params", []), module.get("buffers", []), children]


def check_given_cases():
    given = json.loads((DATA / "device_map_cases.json").read_text())
    for case in given["cases"] + given["pippy_auto_split_cases"]:
        tree = given["models"][case["model"]]
        model = build_model(positional(tree["root"]), tree["ties"])
        if "num_chunks" in case:
            found = auto_split_points(model, case["num_chunks"], case["no_split_module_classes"])
            expected = case.get("split_points") or case["error"]["type"]
            assert found == expected, case["id"]
            continue
        found = run(model, case["strategy"], dict(map(tuple, case["max_memory"])), case["no_split_module_classes"],
                    case["dtype"], case["fallback_allocation"])
        expected = case["error"]["type"] if case["error"] else list(map(tuple, case["raw_map"]))
        assert (found if isinstance(found, str) else found[1]) == expected, case["id"]
    print(len(given["cases"]), "placements and", len(given["pippy_auto_split_cases"]), "splits hold")


# Random cases.


def random_tree(rng, depth):
    leaf = depth == 0 or rng.random() < 0.25
    class_name = rng.choice(["Linear", "Norm", "Embed"] if leaf else ["Block", "Stack", "Pair"])
    few = [0, 0, 1] if not leaf else [0, 1, 1, 2]
    params = [[name, [rng.randint(1, 40), rng.randint(1, 40)][: rng.randint(1, 2)], rng.choice(DTYPES)]
              for name in ["weight", "bias"][: rng.choice(few)]]
    buffers = [["state", [rng.randint(1, 60)], rng.choice(["float32", "int64", "bool"]), rng.random() < 0.6]] if rng.random() < 0.15 else []
    children = [] if leaf else [[str(i), random_tree(rng, depth - 1)] for i in range(rng.randint(1, 4))]
    return [class_name, params, buffers, children]


def parameters(tree, prefix="", of_leaves=False):
    for parameter in tree[1] if not (of_leaves and tree[3]) else []:
        yield f"{prefix}{parameter[0]}", parameter
    for name, child in tree[3]:
        yield from parameters(child, f"{prefix}{name}.", of_leaves)


def tie_some(rng, tree):
    names = list(parameters(tree, of_leaves=rng.random() < 0.9))
    ties = []
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        if len(names) < 2:
            break
        first, alias = sorted(rng.sample(range(len(names)), 2))
        taken = {name for tie in ties for name in tie}
        if names[first][0] in {alias for _, alias in ties} or names[alias][0] in taken:
            continue
        names[alias][1][1:] = names[first][1][1:]
        ties.append([names[first][0], names[alias][0]])
    return ties


def random_budget(rng, total):
    gpus = rng.choice([0, 1, 1, 2, 2, 3, 4])
    ids = sorted(rng.sample(range(gpus + 2), gpus)) if rng.random() < 0.1 else range(gpus)
    share = total * rng.choice([0.1, 0.3, 0.6, 1.0, 1.5]) / max(gpus, 1)
    budget = {i: int(share * rng.choice([0, 0.3, 0.7, 1, 1, 1.3])) for i in ids}
    if rng.random() < 0.75 or not budget:
        budget["cpu"] = int(total * rng.choice([0.2, 0.5, 1, 3]))
    return budget


def random_case(rng):
    tree = random_tree(rng, rng.choice([2, 3, 3]))
    tree[3] += [[f"layer{i}", random_tree(rng, rng.choice([0, 1, 2]))] for i in range(rng.randint(1, 4))]
    ties = tie_some(rng, tree)
    model = build_model(tree, ties)
    sizes = modeling.compute_module_sizes(model)
    placements = []
    for _ in range(3):
        strategy = rng.choice(["sequential", "balanced", "balanced_low_0"])
        budget = random_budget(rng, sizes[""])
        no_split = rng.choice([None, None, ["Block"], ["Stack", "Pair"], ["Block", "Stack", "Pair"]])
        dtype = rng.choice([None, None, None, "float16", "float64"])
        fallback = rng.random() < 0.3
        names = [name for name, _ in parameters(tree)]
        special = {rng.choice(names): "float64"} if dtype and names and rng.random() < 0.5 else None
        result = run_in_any_order(model, strategy, budget, no_split, dtype, fallback, special)
        if result is not None:
            placements.append([strategy, list(budget.items()), no_split or [], dtype or "", fallback, special or {}, result])
    chunks = rng.randint(2, 4)
    return [tree, ties, placements, [chunks, auto_split_points(model, chunks, None)]]


def main():
    assert accelerate.__version__ == "1.15.0", "the maps are those of accelerate 1.15.0"
    check_given_cases()
    rng = random.Random(15)
    cases = [random_case(rng) for _ in range(190)]
    kinds = [p[-1] if isinstance(p[-1], str) else "map" for case in cases for p in case[2]]
    print({kind: kinds.count(kind) for kind in set(kinds)})
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (DATA / "device_map_random.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    sys.exit(main())
