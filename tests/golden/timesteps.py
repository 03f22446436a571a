"""What diffusers makes of given timesteps: data/samplers/timesteps.json, loops over a network of numbers by each scheduler (one that cannot be
told its timesteps has no lists), and data/pipelines/timesteps.safetensors, pictures of the models "sd1" and "sdxl" of pipelines.py and
stable_diffusion_xl.py, in float32 on a CPU.

    pip install -r requirements.txt && python timesteps.py
"""

import json

import diffusers
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import retrieve_timesteps
from safetensors.torch import save_file
from transformers import CLIPTextModel

import samplers
from samplers import SD15, SD21, ZERO_SNR, packed

# transformers 5 has flattened the class, diffusers 0.42 still expects the nested one
CLIPTextModel.text_model = property(lambda self: self)

OTHER = samplers.DATA.parent / "pipelines"
FOUR, UNEVEN, ONE, TO_ZERO = [999, 749, 499, 249], [981, 957, 700, 333, 41, 1], [499], [500, 3, 0]
LONG = list(range(990, 0, -55))
CONFIGS = [SD15, SD21, {**SD15, "timestep_spacing": "linspace"}, {**SD15, "timestep_spacing": "trailing", "original_inference_steps": 4}]
PICTURES = [("sd1", "euler", FOUR), ("sd1", "euler", UNEVEN), ("sd1", "heun", FOUR), ("sd1", "dpmpp_2m", UNEVEN), ("sd1", "dpmpp_2m_sde", FOUR),
            ("sd1", "dpmpp_2s", UNEVEN), ("sd1", "ddpm", UNEVEN), ("sd1", "lcm", FOUR), ("sd1", "tcd", FOUR), ("sdxl", "euler", FOUR),
            ("sdxl", "lcm", FOUR), ("sdxl", "dpmpp_2m", UNEVEN)]


def told(sampler, config, timesteps):
    made = samplers.CLASSES[sampler].from_config({**config, **samplers.GIVEN.get(sampler, {})})
    retrieve_timesteps(made, timesteps=timesteps)
    return made


def loop(sampler, config, timesteps, eta=None):
    entry = {"sampler": sampler, "config": config, "timesteps": timesteps} | ({} if eta is None else {"eta": eta})
    try:
        made = told(sampler, config, timesteps)
    except ValueError:
        return entry
    generators = [torch.Generator("cpu").manual_seed(seed) for seed in (11, 2**40 + 5)]
    x = samplers.float32_noise((2, 4, 4, 4), generators, dtype=torch.float32) * made.init_noise_sigma
    entry |= {"start": packed(x), "evaluated": packed(made.timesteps.numpy()), "x": []}
    extra = samplers.step_options(sampler, config, made, generators, x, eta)
    for t in made.timesteps:
        x = made.step(samplers.network(made.scale_model_input(x, t), float(t)), t, x, **extra).prev_sample
        assert x.isfinite().all(), (sampler, timesteps)
        entry["x"].append(packed(x))
    return entry


def loops():
    entries = [loop(s, c, t) for s in samplers.CLASSES for c in CONFIGS for t in (FOUR, UNEVEN)]
    entries += [loop(s, SD15, t) for s in samplers.CLASSES for t in (ONE, TO_ZERO)]
    entries += [loop(s, SD15, LONG) for s in ("dpmpp_2m", "dpmpp_2m_sde")]  # which end otherwise after 15 steps
    entries += [loop(s, ZERO_SNR, FOUR) for s in ("euler", "dpmpp_2m", "lcm", "tcd", "ddpm")]
    entries += [loop(s, {**SD15, key: True}, FOUR) for s in samplers.WITH_SIGMA_SCHEDULES for key in ("use_karras_sigmas", "use_exponential_sigmas")]
    entries += [loop("euler", {**SD15, "interpolation_type": "log_linear"}, UNEVEN), loop("euler", {**SD21, "timestep_type": "continuous"}, FOUR)]
    entries += [loop("tcd", SD15, FOUR, 0.3), loop("dpmpp_2m", {**SD15, "final_sigmas_type": "sigma_min"}, UNEVEN)]
    return entries


@torch.no_grad()
def pictures():
    made = {}
    for model, sampler, timesteps in PICTURES:
        kind = StableDiffusionXLPipeline if model == "sdxl" else StableDiffusionPipeline
        pipeline = kind.from_pretrained(OTHER / model, torch_dtype=torch.float32, **({"add_watermarker": False} if model == "sdxl" else {}))
        pipeline.set_progress_bar_config(disable=True)
        pipeline.scheduler = samplers.CLASSES[sampler].from_config(pipeline.scheduler.config, **samplers.GIVEN.get(sampler, {}))
        image = pipeline("a dog", negative_prompt="bad", timesteps=timesteps, guidance_scale=5.0, width=32, height=32, output_type="np",
                         eta=0.0, generator=[torch.Generator("cpu").manual_seed(40)]).images
        made[f"{model}.{sampler}.{len(timesteps)}"] = torch.from_numpy((image * 255).round().astype("uint8")).contiguous()
    return made


if __name__ == "__main__":
    (samplers.DATA / "timesteps.json").write_text(json.dumps({"loops": loops()}, separators=(",", ":")) + "\n")
    save_file(pictures(), OTHER / "timesteps.safetensors")
    (OTHER / "timesteps.safetensors").chmod(0o644)
