"""Pictures of the model "sd1" of pipelines.py with scheduler configs of classes that Fanlight has no sampler for, each drawn by a sampler that
it has: StableDiffusionPipeline with the config's own class, then CLASS.from_config(pipeline.scheduler.config).

Writes tests/golden/data/pipelines/other_schedulers.json with the configs and what was drawn, and .safetensors with the pictures, in float32 on
a CPU. Versions: requirements.txt.
"""
import json
import pathlib
import sys
import tempfile

import diffusers
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler, HeunDiscreteScheduler, StableDiffusionPipeline, UniPCMultistepScheduler
from safetensors.torch import save_file
from transformers import CLIPTextModel

# transformers 5 has flattened the class, diffusers 0.42 still expects the nested one
CLIPTextModel.text_model = property(lambda self: self)

DATA = pathlib.Path(__file__).parent / "data" / "pipelines"
BETAS = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
SAMPLERS = {"ddim": DDIMScheduler, "euler": EulerDiscreteScheduler, "heun": HeunDiscreteScheduler, "dpmpp_2m": DPMSolverMultistepScheduler,
            "unipc": UniPCMultistepScheduler}

# class, what its config holds; None: every value, as save_pretrained() writes it; samplers
CONFIGS = [
    ("DEISMultistepScheduler", dict(steps_offset=1, **BETAS), None, ("ddim", "euler", "heun", "dpmpp_2m", "unipc")),
    ("DEISMultistepScheduler", dict(prediction_type="v_prediction", use_karras_sigmas=True, **BETAS), None, ("euler", "dpmpp_2m")),
    ("DDPMScheduler", BETAS, None, ("ddim", "euler")),
    ("DDPMScheduler", BETAS, BETAS, ("ddim", "heun")),  # only these are in the file, as trainers write it by hand
    ("DPMSolverSinglestepScheduler", BETAS, None, ("euler", "dpmpp_2m")),
    ("KDPM2DiscreteScheduler", dict(steps_offset=1, **BETAS), None, ("euler", "ddim")),
    ("KDPM2AncestralDiscreteScheduler", dict(timestep_spacing="trailing", **BETAS), None, ("euler",)),
    ("TCDScheduler", dict(steps_offset=1, **BETAS), None, ("ddim", "unipc")),
    ("EDMEulerScheduler", {}, None, ("euler", "ddim")),
]


def pipeline_with(name, values, kept):
    pipeline = StableDiffusionPipeline.from_pretrained(DATA / "sd1", torch_dtype=torch.float32, safety_checker=None)
    with tempfile.TemporaryDirectory() as folder:
        getattr(diffusers, name)(**values).save_pretrained(folder)
        file = pathlib.Path(folder) / "scheduler_config.json"
        config = json.loads(file.read_text())
        if kept is not None:
            config = {"_class_name": name, **kept}
            file.write_text(json.dumps(config))
        parts = {key: part for key, part in pipeline.components.items() if key != "scheduler"}
        pipeline = StableDiffusionPipeline(**parts, scheduler=getattr(diffusers, name).from_pretrained(folder), requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline, config


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    told, pictures = [], {}
    for name, values, kept, samplers in CONFIGS:
        pipeline, config = pipeline_with(name, values, kept)
        own = pipeline.scheduler.config
        for sampler in samplers:
            # DPMSolverMultistep refuses "deis" together with its own default of final_sigmas_type, although it takes it for dpmsolver++
            given = {"algorithm_type": "dpmsolver++"} if own.get("algorithm_type") == "deis" and sampler == "dpmpp_2m" else {}
            pipeline.scheduler = SAMPLERS[sampler].from_config(own, **given)
            made = pipeline("a dog", negative_prompt="bad", num_inference_steps=5, guidance_scale=5.0, width=32, height=32, output_type="np",
                            generator=torch.Generator("cpu").manual_seed(40)).images
            pictures[f"image.{len(told)}"] = torch.from_numpy((made * 255).round().astype("uint8")).contiguous()
            told.append({"config": config, "sampler": sampler})
    (DATA / "other_schedulers.json").write_text(json.dumps(told, indent=1) + "\n")
    save_file(pictures, DATA / "other_schedulers.safetensors")


if __name__ == "__main__":
    sys.exit(main())
