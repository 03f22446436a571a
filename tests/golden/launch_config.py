"""Writes tests/golden/data/config: files as `accelerate config` and `write_basic_config` of accelerate 1.15.0 write them.

    python tests/golden/launch_config.py
"""

import pathlib

import accelerate
from accelerate.commands.config.config_args import ClusterConfig
from accelerate.utils import write_basic_config

DATA = pathlib.Path(__file__).parent / "data" / "config"
COMMON = {"compute_environment": "LOCAL_MACHINE", "debug": False, "use_cpu": False, "mixed_precision": "no", "num_processes": 1}

QUESTIONNAIRE = {  # the answers that `accelerate config` turns into a file
    "multi_gpu": {"distributed_type": "MULTI_GPU", "mixed_precision": "fp16", "num_processes": 4, "gpu_ids": "0,1,2,3",
                  "enable_cpu_affinity": True, "downcast_bf16": "no", "same_network": True},
    "multi_node": {"distributed_type": "MULTI_GPU", "mixed_precision": "bf16", "num_processes": 16, "num_machines": 2,
                   "machine_rank": 1, "main_process_ip": "192.168.1.10", "main_process_port": 29501, "gpu_ids": "all",
                   "rdzv_backend": "c10d", "same_network": True, "debug": True},
    "one_gpu": {"distributed_type": "NO", "gpu_ids": "1", "dynamo_config": {"dynamo_backend": "INDUCTOR"}},
    "cpu": {"distributed_type": "MULTI_CPU", "use_cpu": True, "num_processes": 2, "mpirun_config": {"mpirun_ccl": "1"}},
    "fsdp": {"distributed_type": "FSDP", "mixed_precision": "bf16", "num_processes": 2, "fsdp_config": {"fsdp_version": 2}},
}


def main():
    assert accelerate.__version__ == "1.15.0"
    DATA.mkdir(parents=True, exist_ok=True)
    for name in ["basic.yaml", "basic_bf16.json"]:
        (DATA / name).unlink(missing_ok=True)
    write_basic_config("no", str(DATA / "basic.yaml"))
    write_basic_config("bf16", str(DATA / "basic_bf16.json"))
    for name, answers in QUESTIONNAIRE.items():
        ClusterConfig(**(COMMON | answers)).to_yaml_file(str(DATA / f"{name}.yaml"))
    ClusterConfig(**(COMMON | QUESTIONNAIRE["cpu"])).to_json_file(str(DATA / "cpu.json"))


if __name__ == "__main__":
    main()
