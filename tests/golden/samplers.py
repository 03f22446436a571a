"""Writes data/samplers/schedules.json, loops.json and noise.json: what diffusers' schedulers and torch's generators
answer for a table of configs and seeds.

    pip install -r requirements.txt && python samplers.py

Number lists are little-endian float32 in base64. An entry without lists is a case that diffusers refuses.
"""

import base64
import json
import sys
from pathlib import Path

import diffusers
import numpy as np
import torch
from diffusers.schedulers import (
    scheduling_dpmsolver_multistep,
    scheduling_euler_ancestral_discrete,
    scheduling_lcm,
)

torch_sqrt, torch_pow = torch.sqrt, torch.Tensor.__pow__


def rounded_sqrt(x):
    """IEEE 754's. MKL's float32 roots differ in their last bit from one CPU to the next."""
    return torch_sqrt(x.double()).to(x.dtype) if x.dtype == torch.float32 else torch_sqrt(x)


torch.sqrt = torch.Tensor.sqrt = rounded_sqrt
torch.Tensor.__pow__ = lambda x, power: rounded_sqrt(x) if power == 0.5 else torch_pow(x, power)

DATA = Path(__file__).parent / "data" / "samplers"

CLASSES = {
    "ddim": diffusers.DDIMScheduler,
    "pndm": diffusers.PNDMScheduler,
    "euler": diffusers.EulerDiscreteScheduler,
    "euler_ancestral": diffusers.EulerAncestralDiscreteScheduler,
    "heun": diffusers.HeunDiscreteScheduler,
    "dpmpp_2m": diffusers.DPMSolverMultistepScheduler,
    "lcm": diffusers.LCMScheduler,
    "unipc": diffusers.UniPCMultistepScheduler,
}
WITH_SIGMAS = ("euler", "euler_ancestral", "heun", "dpmpp_2m", "unipc")
WITH_SIGMA_SCHEDULES = ("euler", "heun", "dpmpp_2m", "unipc")

SD15 = {
    "_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012, "beta_schedule": "scaled_linear",
    "beta_start": 0.00085, "num_train_timesteps": 1000, "set_alpha_to_one": False, "skip_prk_steps": True,
    "steps_offset": 1, "trained_betas": None, "clip_sample": False,
}
SD21 = {
    "_class_name": "DDIMScheduler", "_diffusers_version": "0.8.0", "beta_end": 0.012, "beta_schedule": "scaled_linear",
    "beta_start": 0.00085, "clip_sample": False, "num_train_timesteps": 1000, "prediction_type": "v_prediction",
    "set_alpha_to_one": False, "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None,
}
ZERO_SNR = {**SD21, "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
TRAINED = {"num_train_timesteps": 60, "trained_betas": [round(0.001 + 0.0007 * i, 6) for i in range(60)],
           "original_inference_steps": 30}

CONFIGS = {
    "sd15": SD15,
    "sd21": SD21,
    "no keys": {},
    "zero snr": ZERO_SNR,
    "linspace": {**SD15, "timestep_spacing": "linspace"},
    "trailing": {**SD15, "timestep_spacing": "trailing"},
    "cosine": {"beta_schedule": "squaredcos_cap_v2", "timestep_spacing": "linspace"},
    "trained betas": TRAINED,
    "runge kutta": {**SD15, "skip_prk_steps": False},
    "karras": {**SD15, "use_karras_sigmas": True},
    "exponential": {**SD15, "use_exponential_sigmas": True},
    "karras, cosine": {"beta_schedule": "squaredcos_cap_v2", "use_karras_sigmas": True, "final_sigmas_type": "sigma_min"},
    "exponential to sigma_min": {**SD15, "use_exponential_sigmas": True, "final_sigmas_type": "sigma_min"},
    "karras within limits": {**SD15, "use_karras_sigmas": True, "sigma_min": 0.1, "sigma_max": 10.0},
    "sigma_min": {**SD15, "final_sigmas_type": "sigma_min"},
    "log linear": {**SD15, "interpolation_type": "log_linear"},
    "continuous": {**SD21, "timestep_type": "continuous"},
    "continuous, log linear": {**SD21, "timestep_type": "continuous", "interpolation_type": "log_linear"},
    "lambda clipped": {"beta_schedule": "squaredcos_cap_v2", "lambda_min_clipped": -5.1},
    "lu": {**SD15, "use_lu_lambdas": True},
    "karras and exponential": {**SD15, "use_karras_sigmas": True, "use_exponential_sigmas": True},
    "exp betas": {"beta_schedule": "exp"},
    "unknown betas": {"beta_schedule": "sigmoid"},
    "unknown spacing": {"timestep_spacing": "even"},
}
SCHEDULES = {
    "default": {},
    "leading": {"timestep_spacing": "leading"},
    "trailing": {"timestep_spacing": "trailing"},
    "linspace": {"timestep_spacing": "linspace"},
    "karras": {"use_karras_sigmas": True},
    "exponential": {"use_exponential_sigmas": True},
}
STEPS = (1, 2, 5, 10, 20, 25, 50)


def packed(values):
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode()


def scheduler(sampler, config, schedule, steps):
    made = CLASSES[sampler].from_config({**config, **SCHEDULES[schedule]})
    made.set_timesteps(steps)
    return made


def schedule_entry(sampler, config, schedule, steps):
    entry = {"sampler": sampler, "config": config, "schedule": schedule, "steps": steps}
    try:
        made = scheduler(sampler, CONFIGS[config], schedule, steps)
    except (ValueError, NotImplementedError):
        return entry
    entry["timesteps"] = packed(made.timesteps.numpy())
    entry["init_noise_sigma"] = float(made.init_noise_sigma)
    if sampler in WITH_SIGMAS:
        entry["sigmas"] = packed(made.sigmas.numpy())
    return entry


def schedules():
    # LCMScheduler reads no spacing and so accepts any; Fanlight refuses an unknown one.
    entries = [schedule_entry(s, c, "default", n) for s in CLASSES for c in CONFIGS for n in STEPS
               if (s, c) != ("lcm", "unknown spacing")]
    for sampler in CLASSES:
        for schedule in SCHEDULES:
            if schedule in ("leading", "trailing", "linspace") or sampler in WITH_SIGMA_SCHEDULES:
                entries += [schedule_entry(sampler, "sd21", schedule, n) for n in (4, 7, 61)]
    alphas = {c: packed(CLASSES["ddim"].from_config(CONFIGS[c]).alphas_cumprod[::10].numpy())
              for c in ("no keys", "sd15", "zero snr", "cosine", "trained betas")}
    return {"configs": CONFIGS, "schedules": entries, "alphas_cumprod": alphas}


def network(x, t):
    """Mixes the channels, so that a swapped or stale output shows."""
    return (x * 0.6 + x.flip(1) * 0.3) * ((t + 1.0) / (t + 500.0))


def float32_noise(shape, generator, device=None, dtype=None):
    return torch.cat([torch.randn((1, *shape[1:]), generator=g) for g in generator]).to(dtype)


for module in (scheduling_dpmsolver_multistep, scheduling_euler_ancestral_discrete, scheduling_lcm):
    module.randn_tensor = float32_noise


def loop(sampler, config, schedule="default", steps=10, dtype="float32"):
    entry = {"sampler": sampler, "config": config, "schedule": schedule, "steps": steps, "dtype": dtype}
    made = scheduler(sampler, config, schedule, steps)
    generators = [torch.Generator("cpu").manual_seed(seed) for seed in (11, 2**40 + 5)]
    x = float32_noise((2, 4, 4, 4), generators, dtype=getattr(torch, dtype)) * made.init_noise_sigma
    entry["start"] = packed(x.float())
    extra = {"generator": generators} if sampler in ("euler_ancestral", "dpmpp_2m", "lcm") else {}
    entry["x"] = []
    for t in made.timesteps:
        output = network(made.scale_model_input(x, t), float(t))
        x = made.step(output, t, x, **extra).prev_sample
        assert x.isfinite().all(), (sampler, config)
        entry["x"].append(packed(x.float()))
    return entry


def loops():
    sample = {**SD15, "prediction_type": "sample"}
    thresholding = {**SD15, "thresholding": True, "sample_max_value": 1.5, "dynamic_thresholding_ratio": 0.9}
    sigma_min = {"final_sigmas_type": "sigma_min"}
    entries = [loop(s, c) for s in CLASSES for c in (SD15, SD21)]
    entries += [loop(s, SD15, schedule, 7) for s in CLASSES if s != "lcm" for schedule in ("trailing", "linspace")]
    entries += [loop(s, SD15, schedule, 8) for s in WITH_SIGMA_SCHEDULES for schedule in ("karras", "exponential")]
    entries += [loop(s, ZERO_SNR, steps=6) for s in CLASSES if s not in ("pndm", "heun")]
    entries += [loop(s, sample, steps=5) for s in ("ddim", "euler", "heun", "dpmpp_2m", "lcm", "unipc")]
    entries += [loop(s, thresholding, steps=5) for s in ("ddim", "dpmpp_2m", "lcm", "unipc")]
    entries += [loop(s, {**SD15, "clip_sample": True, "clip_sample_range": 1.5}, steps=5) for s in ("ddim", "heun", "lcm")]
    entries += [loop(s, {**SD15, "set_alpha_to_one": True}, steps=5) for s in ("ddim", "pndm", "lcm")]
    entries += [loop(s, SD15, steps=n) for s in CLASSES for n in (1, 2, 3)]
    entries += [loop("pndm", {**c, "skip_prk_steps": False}, steps=n) for c in (SD15, SD21) for n in (4, 8)]
    entries += [loop("euler", {**SD15, "interpolation_type": "log_linear"}), loop("euler", {**SD15, **sigma_min}, steps=5)]
    entries += [loop("euler", {**SD21, "timestep_type": "continuous"}, steps=5)]
    entries += [loop("lcm", {**SD15, "original_inference_steps": 20, "timestep_scaling": 3.0}, steps=4)]
    for options in (
        {"solver_order": 1}, {"solver_order": 3}, {"solver_type": "heun"}, {"euler_at_final": True, **sigma_min},
        {"lower_order_final": False, **sigma_min}, {"lower_order_final": False, "solver_order": 3, **sigma_min},
        {"algorithm_type": "sde-dpmsolver++"}, {"algorithm_type": "sde-dpmsolver++", "solver_type": "heun"},
        {"algorithm_type": "sde-dpmsolver++", "solver_order": 3}, {"lambda_min_clipped": -3.0}, {"use_lu_lambdas": True},
    ):
        entries.append(loop("dpmpp_2m", {**SD15, **options}))
    entries.append(loop("dpmpp_2m", SD15, steps=16))
    for options in (
        {"solver_order": 1}, {"solver_order": 3}, {"solver_type": "bh1", **sigma_min}, {"predict_x0": False, **sigma_min},
        {"predict_x0": False, "solver_order": 3, "prediction_type": "v_prediction", **sigma_min},
        {"disable_corrector": [0, 3]}, {"lower_order_final": False, "solver_order": 3, **sigma_min},
    ):
        entries.append(loop("unipc", {**SD15, **options}))
    entries += [loop(s, c, dtype=d, steps=6) for s in CLASSES for c, d in ((SD15, "bfloat16"), (SD21, "float16"))]
    return {"loops": entries}


def noise():
    """Two draws one after the other, as randn_tensor makes them with a list of generators."""
    seeds = [0, 42, 2**32 - 1, 2**40 + 5]
    generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
    draws = [torch.cat([torch.randn((1, 4, 5, 3), generator=g) for g in generators]) for _ in range(2)]
    return {"seeds": seeds, "shape": [1, 4, 5, 3], "draws": [packed(draw) for draw in draws]}


def write(name, value):
    text = json.dumps(value, separators=(",", ":"))
    text = text.replace("},{\"sampler\"", "},\n{\"sampler\"")
    (DATA / name).write_text(text + "\n")


if __name__ == "__main__":
    assert diffusers.__version__ == "0.42.1", sys.exit("wants the versions of requirements.txt")
    DATA.mkdir(parents=True, exist_ok=True)
    write("schedules.json", schedules())
    write("loops.json", loops())
    write("noise.json", noise())
