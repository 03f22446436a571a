"""Writes tests/golden/data/batch/split_cases.json: what accelerate 1.15.0's split_between_processes gives each rank.

    python tests/golden/split_cases.py

Every world is a real group of gloo processes. `cases` are lists 0, 1, …; `typed_cases` the other types, in JSON by the tags
of encode(). `per_rank` holds null where a rank raises.
"""

import collections
import json
import os
import pathlib
import socket
import subprocess
import sys

import accelerate
import datasets
import numpy
import torch

DATA = pathlib.Path(__file__).parent / "data" / "batch"
LENGTHS = [*range(14), 16, 17, 25, 31]
LIST_WORLDS = [1, 2, 3, 4, 5, 8]
TYPED_WORLDS = [1, 2, 3, 4, 5]


def rows(*shape):
    return torch.arange(torch.Size(shape).numel()).reshape(shape)


def typed_inputs():
    """New ones for every call, since dictionaries are modified in place."""
    inputs = {
        "dict_empty": {},
        "dict_empty_lists": {"p": []},
        "dict_list_tensor_5": {"a": [0, 1, 2, 3, 4], "b": torch.arange(5) * 10},
        "dict_nested_len_coincides": {"a": [0, 1], "x": {"u": [0, 1, 2, 3], "v": [3, 4, 5, 6]}},
        "dict_nested_mismatch": {"a": [0, 1, 2], "x": {"u": [0, 1, 2], "v": [3, 4, 5]}},
        "dict_nested_same": {"x": {"u": [0, 1, 2, 3], "v": [10, 11, 12, 13]}, "y": {"u": [5, 6, 7, 8], "v": [9, 9, 9, 9]}},
        "dict_nested_single_key": {"x": {"u": [0, 1, 2, 3, 4, 5]}},
        "dict_scalar_value": {"p": ["a", "b"], "n": 3},
        "dict_string_values_3": {"p": "abc", "n": [0, 1, 2]},
        "dict_tuple_values_3": {"p": ("a", "b", "c")},
        "dict_two_lists_4": {"p": list("abcd"), "n": [0, 1, 2, 3]},
        "dict_two_lists_5": {"p": list("abcde"), "n": [0, 1, 2, 3, 4]},
        "dict_unequal": {"p": list("abc"), "n": [0, 1]},
        "generator": (i for i in range(3)),
        "int_5": 5,
        "list_none_last": [1, 2, None],
        "list_of_lists_3": [[0, 1], [2], []],
        "ndarray_4": numpy.arange(4),
        "none": None,
        "ordereddict_3": collections.OrderedDict(a=[0, 1, 2]),
        "range_5": range(5),
        "set_3": {1, 2, 3},
        "string_5": "abcde",
        "tensor_0_rows_1d": rows(0),
        "tensor_0d": torch.tensor(7),
        "tensor_0x3": torch.zeros(0, 3),
        "tensor_1d_1": rows(1),
        "tensor_1d_5": rows(5),
        "tensor_1d_9": rows(9),
        "tensor_2d_3x2_float": rows(3, 2) + 0.5,
        "tensor_2d_4x2": rows(4, 2),
        "tensor_2d_7x2": rows(7, 2),
        "tensor_3d_2x1x2": rows(2, 1, 2),
        "tensor_5x0": torch.zeros(5, 0),
        "tensor_bool_3": torch.tensor([True, False, True]),
        "tuple_4": (0, 1, 2, 3),
        "tuple_5": (0, 1, 2, 3, 4),
        "tuple_empty": (),
        "userdict_3": collections.UserDict(a=[0, 1, 2], b=[3, 4, 5]),
    }
    for length in [0, 1, 5, 9]:
        inputs[f"dataset_{length}"] = datasets.Dataset(datasets.table.InMemoryTable.from_pydict({"k": list(range(length))}), fingerprint=f"{length}")
    return inputs


def encode(value):
    if isinstance(value, torch.Tensor):
        return {"__tensor__": value.tolist(), "shape": list(value.shape), "dtype": str(value.dtype).removeprefix("torch.")}
    if isinstance(value, numpy.ndarray):
        return {"__ndarray__": value.tolist(), "shape": list(value.shape)}
    if isinstance(value, datasets.Dataset):
        return {"__dataset__": value.to_dict(), "num_rows": len(value)}
    if isinstance(value, tuple):
        return {"__tuple__": [encode(item) for item in value]}
    if isinstance(value, set):
        return {"__set__": sorted(value)}
    if isinstance(value, collections.UserDict):
        return {"__userdict__": encode(value.data)}
    if isinstance(value, dict):
        return {key: encode(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return {"__repr__": type(value).__name__}


def part(state, value, padding):
    try:
        with state.split_between_processes(value, apply_padding=padding) as own:
            return encode(own)
    except (IndexError, TypeError, ValueError):
        return None


def run_rank():
    state = accelerate.PartialState(cpu=True)
    parts = []
    for padding in [False, True]:
        if state.num_processes in LIST_WORLDS:
            parts += [(length, padding, part(state, list(range(length)), padding)) for length in LENGTHS]
        if state.num_processes in TYPED_WORLDS:
            parts += [(name, padding, part(state, value, padding)) for name, value in typed_inputs().items()]
    state.destroy_process_group()
    print(json.dumps(parts))


def parts_of_all_ranks(world):
    """[(length or name, padding, part of each rank)]; each rank is a process of this script with a launcher's environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ranks = []
    for rank in range(world):
        own = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": world, "LOCAL_WORLD_SIZE": world, "MASTER_ADDR": "127.0.0.1",
               "MASTER_PORT": port, "OMP_NUM_THREADS": 1}
        environment = os.environ | {key: str(value) for key, value in own.items()}
        ranks.append(subprocess.Popen([sys.executable, __file__, "rank"], env=environment, stdout=subprocess.PIPE, text=True))
    answers = [json.loads(rank.communicate()[0]) for rank in ranks]
    return [(what, padding, [answer[i][2] for answer in answers]) for i, (what, padding, _) in enumerate(answers[0])]


def main():
    assert accelerate.__version__ == "1.15.0"
    cases, typed_cases = [], []
    encoded = {name: encode(value) for name, value in typed_inputs().items()}
    for world in LIST_WORLDS:
        for what, padding, per_rank in parts_of_all_ranks(world):
            case = {"world": world, "padding": padding, "per_rank": per_rank}
            if isinstance(what, int):
                cases.append({"length": what, **case})
            else:
                typed_cases.append({"name": what, "input": encoded[what], **case})
    DATA.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"accelerate": accelerate.__version__, "cases": cases, "typed_cases": typed_cases}, separators=(",", ":"))
    (DATA / "split_cases.json").write_text(text + "\n")


if __name__ == "__main__":
    run_rank() if sys.argv[1:] == ["rank"] else main()
