"""Writes data/samplers/peers.json: samplers and schedules that diffusers does not have, or not for these classes or with
this eta, as k-diffusion 0.1.1.post1 has them, else as the paper or the program that brought them up describes them.

    pip install -r requirements.txt && pip install --no-deps k-diffusion==0.1.1.post1 && python peer_samplers.py

A loop is given by what the network sees: "x" are the latents after each of its evaluations. Numbers as in samplers.py.
"""

import importlib.util
import json
import math
import sys
import types
from pathlib import Path

import numpy as np
import torch
from diffusers.schedulers.scheduling_utils import AysSchedules

from samplers import (CLASSES, DATA, MIDPOINTS, SCHEDULES, SD15, SD21, WITH_SIGMA_SCHEDULES, ZERO_SNR, float32_noise, network,
                      packed, scheduler, step_options)


def load_k_diffusion():
    """Its sampling and external modules alone: the others need packages that sampling does not."""
    folder = Path(importlib.util.find_spec("k_diffusion").submodule_search_locations[0])
    package = types.ModuleType("k_diffusion")
    package.__path__ = [str(folder)]
    package.utils = types.ModuleType("k_diffusion.utils")
    package.utils.append_dims = lambda x, dims: x[(...,) + (None,) * (dims - x.ndim)]
    sys.modules.update({"k_diffusion": package, "k_diffusion.utils": package.utils})
    for name in ("torchdiffeq", "torchsde"):
        stub = sys.modules.setdefault(name, types.ModuleType(name))
        stub.odeint = None
    from k_diffusion import external, sampling
    return external, sampling


external, sampling = load_k_diffusion()
SEEDS = (11, 2**40 + 5)


def training_sigmas(config):
    alphas = CLASSES["ddim"].from_config(config).alphas_cumprod.double()
    return ((1 - alphas) / alphas).sqrt().float()


def interpolated(levels, count):
    """Evenly in the logarithm, as https://research.nvidia.com/labs/toronto-ai/AlignYourSteps/howto.html says."""
    return np.exp(np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(levels)), np.log(levels)))


def peer_sigmas(schedule, training, n, xl=False):
    """Without the final 0."""
    discrete = external.DiscreteSchedule(training, quantize=False)
    smallest, largest = float(training[0]), float(training[-1])
    if schedule == "normal":
        return discrete.get_sigmas(n)[:-1].numpy()
    if schedule == "polyexponential":
        return sampling.get_sigmas_polyexponential(n, smallest, largest)[:-1].numpy()
    if schedule == "sgm_uniform":  # Stability's generative-models
        return discrete.t_to_sigma(torch.linspace(len(training) - 1, 0, n + 1)[:-1]).numpy()
    if schedule == "simple":  # ComfyUI
        return np.array([training[-(1 + int(i * len(training) / n))] for i in range(n)])
    if schedule == "ddim_uniform":  # diffusers' "leading"
        made = CLASSES["ddim"].from_config({**SD15, "steps_offset": 1, "timestep_spacing": "leading"})
        made.set_timesteps(n)
        return training[made.timesteps].numpy()
    if schedule == "kl_optimal":  # Sabour et al. 2024
        angle = np.linspace(math.atan(largest), math.atan(smallest), n)
        return np.tan(angle)
    assert schedule == "align_your_steps"
    levels = AysSchedules["StableDiffusionXLSigmas" if xl else "StableDiffusionSigmas"]
    if n == 10:
        return np.array(levels[:-1])
    return interpolated([*levels[:-1], 0.029], n + 1)[:-1]


PEER_SCHEDULES = ("normal", "polyexponential", "sgm_uniform", "simple", "ddim_uniform", "kl_optimal", "align_your_steps")


def schedules():
    training = training_sigmas(SD15)
    entries = [{"schedule": s, "steps": n, "xl": xl, "sigmas": packed(peer_sigmas(s, training, n, xl))}
               for s in PEER_SCHEDULES for n in (1, 2, 5, 10, 11, 20, 30, 50, 400)
               for xl in ((False, True) if s == "align_your_steps" else (False,))]
    return entries


def with_sigmas(sampler, schedule, config, steps):
    """The class with its own rule replaced, in place of one that has whole timesteps for the solvers in log-SNR and
    fractional ones for those in sigma."""
    if schedule not in PEER_SCHEDULES:
        return scheduler(sampler, config, schedule, steps)
    sigmas = peer_sigmas(schedule, training_sigmas(config), steps).astype(np.float64)
    taken = "exponential" if sampler in ("euler", "heun", "lms", *MIDPOINTS) else "karras"
    cls, name = CLASSES[sampler], f"_convert_to_{taken}"
    kept = getattr(cls, name)
    setattr(cls, name, lambda self, in_sigmas, **_: sigmas)
    try:
        return scheduler(sampler, config, taken, steps)
    finally:
        setattr(cls, name, kept)


def generators():
    return [torch.Generator("cpu").manual_seed(seed) for seed in SEEDS]


def diffusers_loop(sampler, schedule, config, steps, eta=None):
    entry = {"sampler": sampler, "schedule": schedule, "config": config, "steps": steps, "x": []}
    if eta is not None:
        entry["eta"] = eta
    made, drawn = with_sigmas(sampler, schedule, config, steps), generators()
    x = float32_noise((2, 4, 4, 4), drawn) * made.init_noise_sigma
    extra = step_options(sampler, config, made, drawn, x, eta)
    for t in made.timesteps:
        x = made.step(network(made.scale_model_input(x, t), float(t)), t, x, **extra).prev_sample
        assert x.isfinite().all(), (sampler, schedule)
        entry["x"].append(packed(x))
    return entry


def to_d(x, sigma, denoised):
    return (x - denoised) / sigma


def sample_heunpp2(model, x, sigmas):
    """Heun++ of sd-webui-samplers-scheduler: slopes at the levels ahead, weighted by these."""
    ones = x.new_ones([x.shape[0]])
    for i in range(len(sigmas) - 1):
        levels, at, slopes = sigmas[i:-1][:3], x, []
        for k, sigma in enumerate(levels):
            slopes.append(to_d(at, sigma, model(at, sigma * ones)))
            if k + 1 < len(levels):
                at = at + slopes[k] * (levels[k + 1] - sigma)
        weights = [sigma / (len(levels) * sigmas[0]) for sigma in levels[1:]]
        mean = (1 - sum(weights)) * slopes[0] + sum(w * d for w, d in zip(weights, slopes[1:]))
        x = x + mean * (sigmas[i + 1] - sigmas[i])
    return x


def restart_steps(sigmas, steps, schedule):
    """Beginning and end of each step: Xu et al. 2023, algorithm 1, with the choices of A1111's "Restart"."""
    count, times = (0, 0) if steps < 20 else (9, 1) if steps < 36 else (steps // 4, 2)
    if times and schedule in ("default", "karras"):
        sigmas = sampling.get_sigmas_karras(steps - count * times, sigmas[-2].item(), sigmas[0].item())
    low, high = int((sigmas[:-1] - 0.1).abs().argmin()), int((sigmas[:-1] - 2).abs().argmin())
    part = sampling.get_sigmas_karras(count + 1, sigmas[low].item(), sigmas[high].item())[:-1] if times else []
    if times:
        part[0], part[-1] = sigmas[high], sigmas[low]
    pairs = []
    for i in range(len(sigmas) - 1):
        pairs.append((sigmas[i], sigmas[i + 1]))
        if i + 1 == low and high < low:
            pairs += list(zip(part[:-1], part[1:])) * times
    return pairs


def sample_restart(model, x, pairs, noise_sampler):
    ones, last = x.new_ones([x.shape[0]]), None
    for begin, end in pairs:
        if last is not None and begin > last:
            x = x + noise_sampler(last, begin) * (begin**2 - last**2) ** 0.5
        slope = to_d(x, begin, model(x, begin * ones))
        there = x + slope * (end - begin)
        if end > 0:
            slope = (slope + to_d(there, end, model(there, end * ones))) / 2
        x, last = x + slope * (end - begin), end
    return x


K_DIFFUSION = {
    "euler_ancestral": sampling.sample_euler_ancestral,
    "dpm2_ancestral": sampling.sample_dpm_2_ancestral,
    "dpmpp_2s_ancestral": sampling.sample_dpmpp_2s_ancestral,
    "dpmpp_sde": sampling.sample_dpmpp_sde,
    "dpmpp_2m_sde": sampling.sample_dpmpp_2m_sde,
    "dpmpp_3m_sde": sampling.sample_dpmpp_3m_sde,
    "lms": sampling.sample_lms,
}
IN_LOG_SNR = ("dpmpp_2m_sde", "dpmpp_3m_sde")  # of unit variance here
ROUNDS = ("dpm2_ancestral",)


class Denoiser:
    """x0 by the network, whose inputs it keeps."""

    def __init__(self, made, config):
        self.made, self.prediction, self.seen = made, config.get("prediction_type", "epsilon"), []
        self.grid = [(float(s), float(t)) for s, t in zip(made.sigmas, made.timesteps)]
        self.log_training = np.log(training_sigmas(config).numpy())

    def timestep(self, sigma):
        known = [t for s, t in self.grid if abs(s - sigma) < 1e-6 * s]
        return known[0] if known else float(np.float32(self.made._sigma_to_t(np.float64(sigma), self.log_training)))

    def __call__(self, x, sigmas):
        sigma = sigmas[0]
        self.seen.append((x, sigma))
        out = network(x / (sigma**2 + 1) ** 0.5, self.timestep(float(sigma)))
        if self.prediction == "epsilon":
            return x - sigma * out
        return out * (-sigma / (sigma**2 + 1) ** 0.5) + x / (sigma**2 + 1)


def grid_of(sampler, schedule, config, steps):
    base = "dpmpp_2m" if sampler in IN_LOG_SNR else "euler"
    if sampler == "restart":
        kept = schedule if schedule != "default" else "karras"
        whole = with_sigmas(base, kept, config, steps)
        count, times = (0, 0) if steps < 20 else (9, 1) if steps < 36 else (steps // 4, 2)
        main = with_sigmas(base, kept, config, steps - count * times)
        return main, restart_steps(main.sigmas if times else whole.sigmas, steps, "as it is")
    made = with_sigmas(base, schedule, config, steps)
    return made, made.sigmas


def peer_loop(sampler, schedule, config, steps, eta=None, first=0):
    entry = {"sampler": sampler, "schedule": schedule, "config": config, "steps": steps, "first_step": first}
    if eta is not None:
        entry["eta"] = eta
    made, sigmas = grid_of(sampler, schedule, config, steps)
    sigmas, drawn, model = sigmas[first:], generators(), Denoiser(made, config)
    begin = sigmas[0][0] if sampler == "restart" else sigmas[0]
    x = float32_noise((2, 4, 4, 4), drawn)
    if first:
        x = torch.linspace(-2, 2, 128).reshape(2, 4, 4, 4) + x * begin
    else:
        x = x * ((begin**2 + 1) ** 0.5 if sampler in IN_LOG_SNR else made.init_noise_sigma)
    noise = lambda *_: float32_noise((2, 4, 4, 4), drawn)
    if sampler == "heunpp2":
        last = sample_heunpp2(model, x, sigmas)
    elif sampler == "restart":
        last = sample_restart(model, x, sigmas, noise)
    else:
        extra = {} if sampler == "lms" else {"noise_sampler": noise, **({} if eta is None else {"eta": eta})}
        last = K_DIFFUSION[sampler](model, x, sigmas, disable=True, **extra)
    scale = lambda x, sigma: x / (sigma**2 + 1) ** 0.5 if sampler in IN_LOG_SNR else x
    assert last.isfinite().all(), (sampler, schedule)
    entry["x"] = [packed(scale(*seen)) for seen in model.seen[1:]] + [packed(last)]
    return entry


def loops():
    peers = ("euler_ancestral", "dpmpp_2s_ancestral", "dpmpp_3m_sde", "heunpp2", "restart")
    entries = [diffusers_loop(s, schedule, SD15, 6) for s in WITH_SIGMA_SCHEDULES for schedule in ("beta", *PEER_SCHEDULES)]
    entries += [diffusers_loop(s, "align_your_steps", SD21, 10) for s in ("euler", "dpmpp_2m")]
    entries += [diffusers_loop("ddim", "default", c, 6, eta) for c, eta in
                ((SD15, 0.5), (SD15, 1.0), (SD21, 0.5), (SD21, 1.0), (ZERO_SNR, 0.5))]
    entries += [peer_loop(s, "default", c, n) for s in peers for c in (SD15, SD21) for n in (1, 2, 3, 10)
                if (s, n) != ("dpmpp_3m_sde", 1)]  # k-diffusion's fails
    entries += [peer_loop(s, schedule, SD15, 7) for s in peers for schedule in ("karras", "exponential", "beta", *PEER_SCHEDULES)]
    entries += [peer_loop(s, "trailing", SD15, 7) for s in peers if s != "restart"]
    entries += [peer_loop("restart", schedule, c, n) for n in (20, 36, 41) for c in (SD15, SD21) for schedule in ("default", "sgm_uniform")]
    entries += [peer_loop(s, schedule, SD15, 8, eta) for eta in (0.5, 1.0) for schedule in ("default", "karras")
                for s in ("euler_ancestral", "dpmpp_2s_ancestral", "dpmpp_sde", "dpmpp_2m_sde", "dpmpp_3m_sde")]
    entries += [peer_loop("dpm2_ancestral", "default", c, 8, eta) for eta in (0.5, 1.0) for c in (SD15, SD21)]
    entries += [peer_loop(s, "default", c, n, first=first) for s in (*peers, "lms") for c in (SD15, SD21)
                for n, first in ((10, 5), (7, 4), (20, 19), (24, 9)) if (s, n) != ("dpmpp_3m_sde", 20)]
    return entries


if __name__ == "__main__":
    text = json.dumps({"schedules": schedules(), "loops": loops()}, separators=(",", ":"))
    (DATA / "peers.json").write_text(text.replace('},{"s', '},\n{"s') + "\n")
