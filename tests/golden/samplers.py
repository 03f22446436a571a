"""Writes data/samplers/schedules.json, loops.json, noise.json, flow.json and starts.json: what diffusers' schedulers and
torch's generators answer for a table of configs and seeds.

    pip install -r requirements.txt && python samplers.py [SAMPLER…]

With names it writes the numbers of these samplers alone and leaves the others as they are: processors differ in the last
bit of some logarithms. Number lists are little-endian float32 in base64. An entry without lists is a case that diffusers refuses.
"""

import base64
import json
import sys
import types
from pathlib import Path

import diffusers
import numpy as np
import torch

sys.modules.setdefault("torchsde", types.ModuleType("torchsde"))  # whose Brownian tree is replaced below
from diffusers.schedulers import (
    scheduling_ddim,
    scheduling_ddpm,
    scheduling_dpmsolver_multistep,
    scheduling_dpmsolver_sde,
    scheduling_dpmsolver_singlestep,
    scheduling_euler_ancestral_discrete,
    scheduling_k_dpm_2_ancestral_discrete,
    scheduling_lcm,
    scheduling_tcd,
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
    "dpmpp_2m_sde": diffusers.DPMSolverMultistepScheduler,
    "dpmpp_sde": scheduling_dpmsolver_sde.DPMSolverSDEScheduler,
    "dpmpp_2s": diffusers.DPMSolverSinglestepScheduler,
    "dpm2": diffusers.KDPM2DiscreteScheduler,
    "dpm2_ancestral": diffusers.KDPM2AncestralDiscreteScheduler,
    "lms": diffusers.LMSDiscreteScheduler,
    "deis": diffusers.DEISMultistepScheduler,
    "ddpm": diffusers.DDPMScheduler,
    "tcd": diffusers.TCDScheduler,
}
GIVEN = {"dpmpp_2m_sde": {"algorithm_type": "sde-dpmsolver++"}}  # whatever the config says
MIDPOINTS = ("dpmpp_sde", "dpm2", "dpm2_ancestral")
WITH_SIGMA_SCHEDULES = ("euler", "heun", "dpmpp_2m", "unipc", "dpmpp_2m_sde", "dpmpp_2s", "lms", "deis", *MIDPOINTS)
WITH_SIGMAS = ("euler_ancestral", *WITH_SIGMA_SCHEDULES)
NEW = ("dpmpp_2m_sde", "dpmpp_sde", "dpmpp_2s", "dpm2", "dpm2_ancestral", "lms", "deis", "ddpm", "tcd")
# noise, while they sample
DRAWS = ("euler_ancestral", "dpmpp_2m", "lcm", "dpmpp_2m_sde", "dpm2_ancestral", "ddpm", "tcd")
NO_SPACING = ("lcm", "tcd", "dpmpp_2s")  # they read none
WITH_ETA = ("ddim", "tcd")

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
    "beta": {"use_beta_sigmas": True},
}
STEPS = (1, 2, 5, 10, 20, 25, 50)


def packed(values):
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode()


def scheduler(sampler, config, schedule, steps):
    made = CLASSES[sampler].from_config({**config, **SCHEDULES[schedule], **GIVEN.get(sampler, {})})
    made.set_timesteps(steps)
    return made


def levels(sampler, made):
    """The noise level of each evaluation, and the last one."""
    if sampler not in MIDPOINTS:
        return made.sigmas.numpy()
    begin, end = made.sigmas[:-1], made.sigmas[1:]
    if sampler == "dpm2":
        middle = lambda i: made.sigmas_interpol[i]
    elif sampler == "dpm2_ancestral":
        middle = lambda i: made.sigmas_interpol[i - 1]
    else:
        middle = lambda i: (begin[i - 1].log().neg() + (end[i - 1].log().neg() - begin[i - 1].log().neg()) * 0.5).neg().exp()
    return np.array([float(middle(i) if i % 2 else begin[i]) for i in range(len(made.timesteps))] + [0.0])


def schedule_entry(sampler, config, schedule, steps):
    entry = {"sampler": sampler, "config": config, "schedule": schedule, "steps": steps}
    try:
        made = scheduler(sampler, CONFIGS[config], schedule, steps)
    except (ValueError, NotImplementedError):
        return entry
    entry["timesteps"] = packed(made.timesteps.numpy())
    entry["init_noise_sigma"] = float(made.init_noise_sigma)
    if sampler in WITH_SIGMAS:
        entry["sigmas"] = packed(levels(sampler, made))
    return entry


def schedules():
    # Who reads no spacing accepts any; Fanlight's lcm and tcd refuse an unknown one, and its ddpm knows no sigmoid.
    entries = [schedule_entry(s, c, "default", n) for s in CLASSES for c in CONFIGS for n in STEPS
               if (s, c) not in (("lcm", "unknown spacing"), ("tcd", "unknown spacing"), ("ddpm", "unknown betas"))]
    for sampler in CLASSES:
        for schedule in SCHEDULES:
            if sampler == "dpmpp_2s" and schedule in ("leading", "trailing"):
                continue  # Fanlight's follows them
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


for module in (scheduling_ddim, scheduling_ddpm, scheduling_dpmsolver_multistep, scheduling_dpmsolver_singlestep,
               scheduling_euler_ancestral_discrete, scheduling_k_dpm_2_ancestral_discrete, scheduling_lcm, scheduling_tcd):
    module.randn_tensor = float32_noise


def step_options(sampler, config, made, generators, like, eta=None):
    """What step() is given besides, so that it draws from the generators."""
    if sampler == "dpmpp_sde":
        made.noise_sampler = lambda begin, end: float32_noise(like.shape, generators, dtype=like.dtype)
    extra = {"eta": eta or 0.0} if sampler in WITH_ETA else {}
    if sampler in DRAWS or eta or (sampler == "dpmpp_2s" and config.get("algorithm_type") == "sde-dpmsolver++"):
        extra["generator"] = generators
    return extra


def loop(sampler, config, schedule="default", steps=10, dtype="float32", eta=None):
    entry = {"sampler": sampler, "config": config, "schedule": schedule, "steps": steps, "dtype": dtype}
    if eta is not None:
        entry["eta"] = eta
    made = scheduler(sampler, config, schedule, steps)
    generators = [torch.Generator("cpu").manual_seed(seed) for seed in (11, 2**40 + 5)]
    x = float32_noise((2, 4, 4, 4), generators, dtype=getattr(torch, dtype)) * made.init_noise_sigma
    entry["start"] = packed(x.float())
    extra = step_options(sampler, config, made, generators, x, eta)
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
    entries += [loop(s, SD15, schedule, 7) for s in CLASSES if s not in NO_SPACING for schedule in ("trailing", "linspace")]
    entries += [loop(s, SD15, schedule, 8) for s in WITH_SIGMA_SCHEDULES for schedule in ("karras", "exponential")]
    entries += [loop(s, ZERO_SNR, steps=6) for s in CLASSES
                if s in ("dpmpp_2m_sde", "ddpm", "tcd") or s not in ("pndm", "heun", *NEW)]
    entries += [loop(s, sample, steps=5) for s in
                ("ddim", "euler", "heun", "dpmpp_2m", "lcm", "unipc", "dpmpp_2m_sde", "dpmpp_2s", "lms", "deis", "ddpm", "tcd")]
    entries += [loop(s, thresholding, steps=5) for s in
                ("ddim", "dpmpp_2m", "lcm", "unipc", "dpmpp_2m_sde", "dpmpp_2s", "deis", "ddpm")]
    entries += [loop(s, {**SD15, "clip_sample": True, "clip_sample_range": 1.5}, steps=5) for s in ("ddim", "heun", "lcm", "ddpm")]
    entries += [loop(s, {**SD15, "set_alpha_to_one": True}, steps=5) for s in ("ddim", "pndm", "lcm", "tcd")]
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
    entries += [loop(s, SD15, "beta", 8) for s in WITH_SIGMA_SCHEDULES if s in NEW]
    for options in (
        {"solver_order": 1}, {"solver_order": 3}, {"solver_order": 3, "solver_type": "heun"}, {"solver_type": "heun"}, sigma_min,
        {"lower_order_final": True, **sigma_min}, {"solver_order": 3, **sigma_min}, {"algorithm_type": "sde-dpmsolver++"},
        {"algorithm_type": "sde-dpmsolver++", "solver_type": "heun", "solver_order": 3}, {"lambda_min_clipped": -3.0},
    ):
        entries += [loop("dpmpp_2s", {**SD15, **options}, steps=n) for n in (9, 10, 11)]
    entries += [loop("dpmpp_2m_sde", {**SD15, **o}) for o in ({"solver_type": "heun"}, {"solver_order": 1}, sigma_min)]
    entries += [loop("deis", {**SD15, "solver_order": o}, steps=n) for o in (1, 3) for n in (10, 16)]
    entries += [loop("deis", SD15, steps=16), loop("deis", {**SD15, "lower_order_final": False}, steps=6)]
    entries += [loop("ddpm", {**SD15, "variance_type": "fixed_large"}), loop("ddpm", {**SD15, "steps_offset": 0}, steps=5)]
    entries += [loop("tcd", c, steps=n, eta=e) for c in (SD15, SD21, ZERO_SNR) for n, e in ((4, 0.3), (2, 1.0))]
    entries += [loop(s, c, dtype=d, steps=6) for s in CLASSES for c, d in ((SD15, "bfloat16"), (SD21, "float16"))]
    return {"loops": entries}


def noise():
    """Two draws one after the other, as randn_tensor makes them with a list of generators."""
    seeds = [0, 42, 2**32 - 1, 2**40 + 5]
    generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
    draws = [torch.cat([torch.randn((1, 4, 5, 3), generator=g) for g in generators]) for _ in range(2)]
    mixtures = [{"seed": seed, "subseed": subseed, "strength": strength,
                 "noise": packed(variation(drawn(seed), drawn(subseed), strength))}
                for seed, subseed, strength in [(42, 7, 0.1), (42, 8, 0.5), (0, 2**40 + 5, 1.0), (42, 42, 0.3)]]
    return {"seeds": seeds, "shape": [1, 4, 5, 3], "draws": [packed(draw) for draw in draws], "mixtures": mixtures}


def drawn(seed):
    return torch.randn((4, 5, 3), generator=torch.Generator("cpu").manual_seed(seed))


def variation(noise, other, strength):
    """AUTOMATIC1111's variation seed (modules/rng.py, slerp): what lies between two noises of one image, [C, h, w], on
    the sphere (Shoemake 1985). Each column is a direction by itself; noises that are nearly the same are mixed in a
    straight line, the wrong way round."""
    cosine = (torch.nn.functional.normalize(noise, dim=1) * torch.nn.functional.normalize(other, dim=1)).sum(1)
    if cosine.mean() > 0.9995:
        return noise * strength + other * (1 - strength)
    angle = torch.acos(cosine)
    of_noise, of_other = (torch.sin(share * angle) / torch.sin(angle) for share in (1 - strength, strength))
    return of_noise.unsqueeze(1) * noise + of_other.unsqueeze(1) * other


FLOW_CLASSES = {
    "euler": diffusers.FlowMatchEulerDiscreteScheduler,
    "heun": diffusers.FlowMatchHeunDiscreteScheduler,
    "lcm": diffusers.FlowMatchLCMScheduler,
    "deis": diffusers.DEISMultistepScheduler,
    "dpmpp_2m": diffusers.DPMSolverMultistepScheduler,
    "unipc": diffusers.UniPCMultistepScheduler,
    "dpmpp_2s": diffusers.DPMSolverSinglestepScheduler,
}
DYNAMIC = {"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": True, "shift": 3.0,
           "base_image_seq_len": 256, "max_image_seq_len": 4096, "base_shift": 0.5, "max_shift": 1.15}
FLOW_CONFIGS = {
    "no keys": {},
    "shift 3": {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 3.0},
    "shift 0.7, 500 training steps": {"num_train_timesteps": 500, "shift": 0.7},
    "dynamic": DYNAMIC,
    "dynamic, linear": {**DYNAMIC, "time_shift_type": "linear"},
    "dynamic, terminal": {**DYNAMIC, "max_image_seq_len": 8192, "max_shift": 0.9, "shift_terminal": 0.02},
    "terminal": {"shift": 2.0, "shift_terminal": 0.1},
    "karras": {"shift": 3.0, "use_karras_sigmas": True},
    "exponential": {"shift": 3.0, "use_exponential_sigmas": True},
    "beta": {"shift": 3.0, "use_beta_sigmas": True},
    "beta, dynamic": {**DYNAMIC, "use_beta_sigmas": True},
    "sigma_min": {"shift": 3.0, "final_sigmas_type": "sigma_min"},
}
# What each class knows beside num_train_timesteps and shift.
FLOW_KEYS = {
    "euler": ("use_dynamic_shifting", "time_shift_type", "shift_terminal", "use_karras_sigmas", "use_exponential_sigmas",
              "use_beta_sigmas"),
    "heun": (),
    "dpmpp_2m": ("use_dynamic_shifting", "final_sigmas_type"),
    "unipc": ("use_dynamic_shifting", "shift_terminal", "final_sigmas_type"),
    "dpmpp_2s": ("use_dynamic_shifting", "final_sigmas_type"),
}


def mu_of(config, image_tokens):
    """As the pipelines of FLUX.1, Qwen-Image and Krea 2 compute it."""
    base, most = config.get("base_image_seq_len", 256), config.get("max_image_seq_len", 4096)
    m = (config.get("max_shift", 1.15) - config.get("base_shift", 0.5)) / (most - base)
    return image_tokens * m + (config.get("base_shift", 0.5) - m * base)


def flow_scheduler(sampler, config, steps, image_tokens=0, even=False, options={}):
    if sampler in ("dpmpp_2m", "unipc", "dpmpp_2s", "deis"):
        config = {**config, "use_flow_sigmas": True, "prediction_type": "flow_prediction",
                  "flow_shift": config.get("shift", 1.0)}
    made = FLOW_CLASSES[sampler].from_config({**config, **options})
    extra = {}
    if sampler != "heun" and config.get("use_dynamic_shifting"):
        extra["mu"] = mu_of(config, image_tokens)
    if even:
        extra["sigmas"] = np.linspace(1.0, 1 / steps, steps)
    made.set_timesteps(steps, **extra)
    return made


def flow_entry(sampler, config, schedule, steps, image_tokens, even):
    options = {} if schedule == "default" else SCHEDULES[schedule]
    made = flow_scheduler(sampler, FLOW_CONFIGS[config], steps, image_tokens, even, options)
    return {"sampler": sampler, "config": config, "schedule": schedule, "steps": steps, "image_tokens": image_tokens,
            "even": even, "timesteps": packed(made.timesteps.numpy()), "sigmas": packed(made.sigmas.numpy())}


def flow_schedules():
    entries = []
    for sampler, keys in FLOW_KEYS.items():
        for name, config in FLOW_CONFIGS.items():
            if sampler != "heun" and not set(config) <= {*keys, *DYNAMIC, "num_train_timesteps"}:
                continue
            if sampler in ("dpmpp_2m", "dpmpp_2s") and config.get("time_shift_type") or sampler == "unipc" and "linear" in name:
                continue
            sizes = (256, 1024, 4096, 6500) if config.get("use_dynamic_shifting") and sampler != "heun" else (0,)
            for even in (False, True) if sampler in ("euler", "unipc") else (False,):
                # One level cannot be stretched, and no grid reaches below 0.
                steps = [n for n in (1, 2, 4, 7, 28, 50) if n > 1 or "terminal" not in name]
                entries += [flow_entry(sampler, name, "default", n, size, even) for n in steps for size in sizes]
    for schedule in ("karras", "exponential"):
        entries += [flow_entry("euler", "dynamic", schedule, n, 4096, True) for n in (2, 9, 30)]
    return entries


FLOW_LOOPS = [
    ("euler", "shift 3", 6, 0, False), ("euler", "dynamic", 6, 1024, True), ("euler", "beta", 5, 0, True),
    ("euler", "dynamic, terminal", 5, 4096, True), ("euler", "no keys", 1, 0, True),
    ("heun", "shift 3", 5, 0, False), ("heun", "no keys", 1, 0, False),
    ("dpmpp_2m", "shift 3", 6, 0, False), ("dpmpp_2m", "dynamic", 17, 1024, False), ("dpmpp_2m", "sigma_min", 5, 0, False),
    ("unipc", "shift 3", 6, 0, False), ("unipc", "dynamic", 8, 1024, False), ("unipc", "dynamic, terminal", 5, 4096, True),
    ("unipc", "sigma_min", 5, 0, True),
    ("dpmpp_2s", "shift 3", 6, 0, False), ("dpmpp_2s", "dynamic", 7, 1024, False), ("dpmpp_2s", "sigma_min", 6, 0, False),
    ("lcm", "shift 3", 6, 0, True), ("lcm", "dynamic", 4, 1024, True),
    ("deis", "shift 3", 8, 0, False), ("deis", "dynamic", 7, 1024, False),
]


def flow_loop(sampler, config, steps, image_tokens, even, dtype="float32", options={}):
    entry = {"sampler": sampler, "config": {**FLOW_CONFIGS[config], **options}, "steps": steps,
             "image_tokens": image_tokens, "even": even, "dtype": dtype, "x": []}
    made = flow_scheduler(sampler, FLOW_CONFIGS[config], steps, image_tokens, even, options)
    generators = [torch.Generator("cpu").manual_seed(seed) for seed in (11, 2**40 + 5)]
    x = float32_noise((2, 4, 4, 4), generators, dtype=getattr(torch, dtype))
    draws = sampler == "lcm" or "algorithm_type" in options
    for t in made.timesteps:
        output = network(x, float(t))
        x = made.step(output, t, x, **({"generator": generators} if draws else {})).prev_sample
        assert x.isfinite().all(), (sampler, config)
        entry["x"].append(packed(x.float()))
    return entry


def flow():
    loops = [flow_loop(*case) for case in FLOW_LOOPS]
    loops += [flow_loop(*case, dtype=d) for case in FLOW_LOOPS for d in ("bfloat16", "float16") if case[2] == 6]
    loops += [flow_loop("dpmpp_2m", "shift 3", 6, 0, False, options=o)
              for o in ({"solver_order": 1}, {"solver_order": 3}, {"solver_type": "heun"},
                        {"algorithm_type": "sde-dpmsolver++"})]
    loops += [flow_loop("unipc", "shift 3", 6, 0, False, options=o)
              for o in ({"solver_order": 1}, {"solver_order": 3}, {"solver_type": "bh1", "final_sigmas_type": "sigma_min"})]
    return {"configs": FLOW_CONFIGS, "schedules": flow_schedules(), "loops": loops}


def begin(made, steps, strength, is_flow):
    """The timesteps that are left, as get_timesteps() of the image-to-image pipelines has it."""
    if is_flow:
        first = int(max(steps - min(steps * strength, steps), 0))
    else:
        first = max(steps - min(int(steps * strength), steps), 0)
    timesteps = made.timesteps[first * made.order:]
    if hasattr(made, "set_begin_index"):
        made.set_begin_index(first * made.order)
    return first, timesteps


def start_loop(sampler, config, steps, strength, dtype="float32", flow_case=None):
    """A picture that is given, noised and denoised."""
    is_flow = flow_case is not None
    entry = {"sampler": sampler, "config": config, "steps": steps, "strength": strength, "flow": is_flow, "dtype": dtype}
    if is_flow:
        entry.update(image_tokens=flow_case[0], even=flow_case[1])
        made = flow_scheduler(sampler, config, steps, *flow_case)
    else:
        made = scheduler(sampler, config, "default", steps)
    entry["first_step"], timesteps = begin(made, steps, strength, is_flow)
    generators = [torch.Generator("cpu").manual_seed(seed) for seed in (11, 2**40 + 5)]
    picture = torch.linspace(-2, 2, 128).reshape(2, 4, 4, 4).to(getattr(torch, dtype))
    noise = float32_noise((2, 4, 4, 4), generators, dtype=picture.dtype)
    if hasattr(made, "scale_noise"):
        x = made.scale_noise(picture, timesteps[:1].repeat(2) if sampler == "euler" else timesteps[0], noise)
        if sampler == "heun":
            made._step_index = None  # scale_noise() takes it for begun
    else:
        x = made.add_noise(picture, noise, timesteps[:1].repeat(2))
    entry["start"] = packed(x.float())
    entry["x"], entry["predicted"] = [], []
    extra = {} if is_flow else step_options(sampler, config, made, generators, x)
    for t in timesteps:
        output = network(x if is_flow else made.scale_model_input(x, t), float(t))
        answer = made.step(output, t, x, **extra)
        if sampler in ("ddim", "euler_ancestral") or (sampler == "euler" and not is_flow):
            entry["predicted"].append(packed(answer.pred_original_sample.float()))
        x = answer.prev_sample
        assert x.isfinite().all(), (sampler, config)
        entry["x"].append(packed(x.float()))
    return entry


def starts():
    entries = [start_loop(s, c, n, strength) for s in CLASSES if s != "lms" for c in (SD15, SD21)
               for n, strength in ((10, 0.8), (7, 0.5), (4, 1.0), (20, 0.06))]
    entries += [start_loop("pndm", {**SD15, "skip_prk_steps": False}, 8, strength) for strength in (1.0, 0.7)]
    entries += [start_loop(s, SD15, 10, 0.5, dtype=d) for s in CLASSES if s != "lms" for d in ("bfloat16", "float16")]
    entries += [start_loop("unipc", {**SD15, "disable_corrector": [6]}, 10, 0.5),
                start_loop("dpmpp_2m", SD15, 16, 0.5)]
    for sampler, case in (("euler", (1024, True)), ("heun", (0, False)), ("dpmpp_2m", (1024, False)), ("unipc", (1024, True)),
                          ("dpmpp_2s", (1024, False))):
        config = FLOW_CONFIGS["shift 3" if sampler == "heun" else "dynamic"]
        entries += [start_loop(sampler, config, n, strength, flow_case=case)
                    for n, strength in ((10, 0.75), (7, 0.5), (4, 1.0))]
        entries.append(start_loop(sampler, config, 10, 0.5, dtype="bfloat16", flow_case=case))
    return {"loops": entries}


def chosen(old, new, samplers):
    """New numbers of these samplers beside old ones of the others."""
    if not isinstance(new, list) or not new or "sampler" not in new[0]:
        return old
    return [e for e in old if e["sampler"] not in samplers] + [e for e in new if e["sampler"] in samplers]


def write(name, value, samplers):
    if samplers:
        old = json.loads((DATA / name).read_text())
        value = {key: chosen(old[key], value[key], samplers) for key in value}
    text = json.dumps(value, separators=(",", ":"))
    text = text.replace("},{\"sampler\"", "},\n{\"sampler\"")
    (DATA / name).write_text(text + "\n")


if __name__ == "__main__":
    assert diffusers.__version__ == "0.42.1", sys.exit("wants the versions of requirements.txt")
    DATA.mkdir(parents=True, exist_ok=True)
    samplers = sys.argv[1:]
    write("schedules.json", schedules(), samplers)
    write("loops.json", loops(), samplers)
    write("flow.json", flow(), samplers)
    write("starts.json", starts(), samplers)
    if not samplers:
        write("noise.json", noise(), samplers)
