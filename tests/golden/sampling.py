"""Pictures of the models "sd1" and "sd2" of pipelines.py with each sampler that is not among those of pipelines.py, with schedules, with
noise of another strength, and with guidance that is rescaled or ends early: StableDiffusionPipeline in float32 on a CPU.

Writes tests/golden/data/pipelines/sampling.json with what was drawn, and .safetensors with the pictures. Versions: requirements.txt.
"""
import json
import pathlib
import sys
import types

import diffusers
import torch
from diffusers import StableDiffusionPipeline

sys.modules.setdefault("torchsde", types.ModuleType("torchsde"))  # whose Brownian tree is replaced below
from diffusers.schedulers import scheduling_dpmsolver_sde
from safetensors.torch import save_file
from transformers import CLIPTextModel

# transformers 5 has flattened the class, diffusers 0.42 still expects the nested one
CLIPTextModel.text_model = property(lambda self: self)

DATA = pathlib.Path(__file__).parent / "data" / "pipelines"
SAMPLERS = {
    "dpmpp_2m_sde": (diffusers.DPMSolverMultistepScheduler, {"algorithm_type": "sde-dpmsolver++"}),
    "dpmpp_sde": (scheduling_dpmsolver_sde.DPMSolverSDEScheduler, {}),
    "dpmpp_2s": (diffusers.DPMSolverSinglestepScheduler, {}),
    "dpm2": (diffusers.KDPM2DiscreteScheduler, {}),
    "dpm2_ancestral": (diffusers.KDPM2AncestralDiscreteScheduler, {}),
    "lms": (diffusers.LMSDiscreteScheduler, {}),
    "deis": (diffusers.DEISMultistepScheduler, {}),
    "ddpm": (diffusers.DDPMScheduler, {}),
    "tcd": (diffusers.TCDScheduler, {}),
    "ddim": (diffusers.DDIMScheduler, {}),
    "euler": (diffusers.EulerDiscreteScheduler, {}),
    "heun": (diffusers.HeunDiscreteScheduler, {}),
    "dpmpp_2m": (diffusers.DPMSolverMultistepScheduler, {}),
    "unipc": (diffusers.UniPCMultistepScheduler, {}),
}
SCHEDULES = {"default": {}, "karras": {"use_karras_sigmas": True}, "exponential": {"use_exponential_sigmas": True},
             "beta": {"use_beta_sigmas": True}}
NEW = list(SAMPLERS)[:9]
IN_SIGMA = [name for name in SAMPLERS if name not in ("ddpm", "tcd", "ddim")]

CASES = [
    *[dict(sampler=name) for name in NEW],
    *[dict(sampler=name, steps=steps) for name in NEW for steps in (1, 2, 3)],
    *[dict(sampler=name, schedule=schedule) for name in IN_SIGMA for schedule in ("karras", "exponential", "beta")],
    *[dict(sampler=name, eta=eta) for name in ("ddim", "tcd") for eta in (0.3, 1.0)],
    *[dict(sampler=name, rescale_cfg=share) for name in ("ddim", "dpmpp_2m") for share in (0.7, 1.0)],
    *[dict(sampler=name, cfg_end=end, steps=10) for name in ("euler", "heun", "dpmpp_2m") for end in (0.3, 0.5)],
    dict(sampler="ddim", cfg_end=0.6, rescale_cfg=0.5, eta=0.5),
]


def generator():
    return torch.Generator("cpu").manual_seed(40)


def picture(pipeline, own, case):
    cls, given = SAMPLERS[case["sampler"]]
    pipeline.scheduler = cls.from_config(own, **given, **SCHEDULES[case.get("schedule", "default")])
    steps, drawn = case.get("steps", 5), generator()
    scheduling_dpmsolver_sde.BrownianTreeNoiseSampler = lambda x, *_: lambda begin, end: torch.randn(x.shape, generator=drawn)
    end = case.get("cfg_end", 1)

    def after_step(pipeline, i, t, tensors):
        if end < 1 and i + 1 == round(end * steps) * pipeline.scheduler.order:  # evaluations a step
            pipeline._guidance_scale = 0.0
            tensors["prompt_embeds"] = tensors["prompt_embeds"].chunk(2)[-1]
        return tensors

    made = pipeline("a dog", negative_prompt="bad", num_inference_steps=steps, guidance_scale=5.0, width=32, height=32, output_type="np",
                    eta=case.get("eta", 0.0), guidance_rescale=case.get("rescale_cfg", 0.0), generator=drawn,
                    callback_on_step_end=after_step, callback_on_step_end_tensor_inputs=["prompt_embeds"]).images
    return torch.from_numpy((made * 255).round().astype("uint8")).contiguous()


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    told, pictures = [], {}
    for model in ("sd1", "sd2"):
        pipeline = StableDiffusionPipeline.from_pretrained(DATA / model, torch_dtype=torch.float32, safety_checker=None)
        pipeline.set_progress_bar_config(disable=True)
        own = pipeline.scheduler.config
        for case in CASES:
            pictures[f"image.{len(told)}"] = picture(pipeline, own, case)
            told.append({"model": model, **case})
    (DATA / "sampling.json").write_text("[\n" + ",\n".join(json.dumps(each) for each in told) + "\n]\n")
    save_file(pictures, DATA / "sampling.safetensors")


if __name__ == "__main__":
    sys.exit(main())
