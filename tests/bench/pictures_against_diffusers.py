"""Pictures of small random models against diffusers' in float32 on the CPU: the largest difference, of 255, by family and by what was used. Everything is drawn
anew for each seed, so that what no test has seen is seen here.

    pictures_against_diffusers.py BUILD [SEED] [FAMILY…]

Families: sd1, sd2, sdxl. Needs the packages of tests/golden/requirements.txt; prints a table in Markdown, and exits with 1 if a difference is more than 2 or bytes are not the same.
"""
import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "golden"))
import numpy as np
import torch
from diffusers import StableDiffusionXLPipeline
from PIL import Image
from safetensors.torch import save_file

import lora as loras
import sampling
import single_file

CROSS_DOWN, DOWN, CROSS_UP, UP = single_file.CROSS_DOWN, single_file.DOWN, single_file.CROSS_UP, single_file.UP
TRAINED = {"": {}, ", v-prediction": {"prediction_type": "v_prediction"},
           ", v-prediction, zero SNR": {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}}
SAMPLERS = sampling.SAMPLERS | {"euler_ancestral": (sampling.diffusers.EulerAncestralDiscreteScheduler, {}), "lcm": (sampling.diffusers.LCMScheduler, {}),
                                "pndm": (sampling.diffusers.PNDMScheduler, {})}
SCHEDULED = {name for name in sampling.IN_SIGMA if name != "euler_ancestral"}
# As published: what a config does not say is each sampler's own default.
SHARED = {"beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085, "clip_sample": False, "num_train_timesteps": 1000,
          "set_alpha_to_one": False, "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None}
CONFIGS = {"sd1": SHARED | {"_class_name": "PNDMScheduler"}, "sd2": SHARED | {"_class_name": "DDIMScheduler", "prediction_type": "v_prediction"},
           "sdxl": SHARED | {"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading", "interpolation_type": "linear",
                             "prediction_type": "epsilon", "use_karras_sigmas": False}}
WITHOUT_ZERO_SNR = {"heun", "dpmpp_sde", "dpm2", "dpm2_ancestral", "lms", "deis", "pndm", "dpmpp_2s", "tcd"}  # whose diffusers' class knows none


def specs(source):
    """The networks of single_file.py with shapes of their own."""
    width = source.choice((64, 128))
    xl = dict(block_out_channels=(64, 64, 64), layers_per_block=2, attention_head_dim=(1, 1, 1), use_linear_projection=True,
              transformer_layers_per_block=(1, 2, source.choice((1, 3))), addition_embed_type="text_time", addition_time_embed_dim=16,
              projection_class_embeddings_input_dim=single_file.PROJECTION + 6 * 16, down_block_types=(DOWN, CROSS_DOWN, CROSS_DOWN),
              up_block_types=(CROSS_UP, CROSS_UP, UP))
    sd1 = dict(block_out_channels=(32, 64, width), layers_per_block=source.choice((1, 2)), attention_head_dim=8,
               down_block_types=(CROSS_DOWN, CROSS_DOWN, DOWN), up_block_types=(UP, CROSS_UP, CROSS_UP))
    return {"sd1": single_file.MODELS["sd1"] | {"unet": sd1}, "sd2": single_file.MODELS["sd2"], "sdxl": single_file.MODELS["sdxl"] | {"unet": xl}}


def cases(source, trained):
    """Rows of a list."""
    rows = []
    for sampler in SAMPLERS:
        if "zero" in trained and sampler in WITHOUT_ZERO_SNR:
            continue
        for schedule in ("default", "karras", "exponential", "beta") if sampler in SCHEDULED and "zero" not in trained else ("default",):
            rows.append(dict(sampler=sampler, schedule=schedule, steps=source.randint(3, 6), seed=source.randrange(2 ** 32),
                             cfg_scale=source.choice((1.0, 4.5, 7.0)), width=source.choice((32, 48)), height=32,
                             prompt=source.choice(("a dog", "a cat on a chair, oil painting", "دجاجة على كرسي")),
                             negative_prompt=source.choice(("blurry", "bad, grey"))))
    return rows


@torch.no_grad()
def expected(pipeline, row):
    cls, given = SAMPLERS[row["sampler"]]
    own = pipeline.scheduler
    pipeline.scheduler = cls.from_config(own.config, **given, **sampling.SCHEDULES[row["schedule"]])
    drawn = torch.Generator("cpu").manual_seed(row["seed"])
    sampling.scheduling_dpmsolver_sde.BrownianTreeNoiseSampler = lambda x, *_: lambda begin, end: torch.randn(x.shape, generator=drawn)
    made = pipeline(row["prompt"], negative_prompt=row["negative_prompt"], num_inference_steps=row["steps"], guidance_scale=row["cfg_scale"],
                    width=row["width"], height=row["height"], output_type="np", generator=drawn).images[0]
    pipeline.scheduler = own
    return (made * 255).round().astype("int16")


class Bench:
    def __init__(self, build, place):
        self.program, self.place, self.runs, self.bad = build / "fanlight", place, 0, False

    def make(self, rows, *options, command=("generate",)):
        """Pictures, in the order of the rows, as bytes of their files."""
        self.runs += 1
        table, out = self.place / f"list-{self.runs}.csv", self.place / f"out-{self.runs}"
        with open(table, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        ran = subprocess.run([str(word) for word in (self.program, *command, "-p", table, "--literal", "-o", out, "--quiet", *options)],
                             capture_output=True, text=True)
        if ran.returncode:
            sys.exit(f"{' '.join(map(str, options))}: {ran.stderr}")
        return [file.read_bytes() for file in sorted(out.glob("*.png"))], sorted(out.glob("*.png"))

    def row(self, family, what, count, value, fine):
        self.bad |= not fine
        print(f"| {family} | {what} | {count} | {value} |{'' if fine else ' **more than it may be**'}", flush=True)

    def difference(self, family, what, pictures, files):
        far = [int(np.abs(picture - np.asarray(Image.open(file), dtype="int16")).max()) for picture, file in zip(pictures, files, strict=True)]
        self.row(family, what, len(far), max(far), max(far) <= 2)

    def same(self, family, what, ours, others):
        self.row(family, what, len(ours), "same bytes" if ours == others else "**other bytes**", ours == others)


def lora_files(pipeline, place, is_xl):
    """A LoRA in kohya's and in PEFT's names."""
    made = loras.make_xl(pipeline)[:2] if is_xl else [loras.make(pipeline)[name][0] for name in ("kohya", "diffusers")]
    files = {"LoRA, kohya's names": place / "kohya.safetensors", "LoRA, PEFT's names": place / "peft.safetensors"}
    for file, tensors in zip(files.values(), made):
        save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, file)
    return files


def reloaded(folder, is_xl):
    cls = StableDiffusionXLPipeline if is_xl else sampling.StableDiffusionPipeline
    pipeline = cls.from_pretrained(folder, torch_dtype=torch.float32, **({"add_watermarker": False} if is_xl else {"safety_checker": None}))
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def family(bench, name, spec, seed, trained, source):
    title, values = name + trained, TRAINED[trained]
    place = bench.place / title.replace(" ", "-")
    place.mkdir()
    built = single_file.build(f"{name}{trained}{seed}", spec)
    built.save_pretrained(place / "folder")
    (place / "folder/scheduler/scheduler_config.json").write_text(json.dumps(CONFIGS[name] | values))
    is_xl = name == "sdxl"
    pipeline, rows = reloaded(place / "folder", is_xl), cases(source, trained)
    pictures = [expected(pipeline, row) for row in rows]
    model = ["-m", place / "folder"]
    ours, files = bench.make(rows, *model, "--devices", "cpu")
    for sampler in SAMPLERS:
        chosen = [i for i, row in enumerate(rows) if row["sampler"] == sampler]
        if chosen:
            bench.difference(title, f"folder, {sampler}", [pictures[i] for i in chosen], [files[i] for i in chosen])
    for what, options in (("2 workers", ["--devices", "cpu,cpu"]), ("2 stages", ["--devices", "cpu,cpu", "--mode", "pipelined"]),
                          ("sharded", ["--devices", "cpu", "--mode", "sharded"]), ("even shares", ["--devices", "cpu,cpu,cpu", "--split", "even"])):
        bench.same(title, what, ours, bench.make(rows, *model, *options)[0])
    tensors = {key: tensor.contiguous().clone() for key, tensor in single_file.original(built, spec).items()}
    if values:
        tensors |= {"v_pred": torch.zeros(0)} | ({"ztsnr": torch.zeros(0)} if "zero" in trained else {})
    save_file(tensors, place / "single.safetensors")
    few = [i for i, row in enumerate(rows) if row["schedule"] == "default"]
    made = bench.make([rows[i] for i in few], "-m", place / "single.safetensors", "--devices", "cpu")[1]
    bench.difference(title, "single file", [pictures[i] for i in few], made)
    if not trained:
        adapters(bench, title, place, is_xl, [rows[i] for i in few])


def adapters(bench, title, place, is_xl, rows):
    merged = reloaded(place / "folder", is_xl)
    files = lora_files(merged, place, is_xl)
    for what, file in files.items():
        if not is_xl:  # make_xl() has merged it by hand
            merged = reloaded(place / "folder", is_xl)
            merged.load_lora_weights(str(place), weight_name=file.name)
            merged.fuse_lora(lora_scale=loras.WEIGHT)
        pictures = [expected(merged, row) for row in rows]
        bench.difference(title, what, pictures, bench.make(rows, "-m", place / "folder", "--lora", f"{file}:{loras.WEIGHT}", "--devices", "cpu")[1])


def main():
    build, seed, wanted = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 1, sys.argv[3:]
    torch.set_num_threads(1)
    source = random.Random(seed)
    print("| family | what | pictures | largest difference of 255 |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(build, pathlib.Path(place))
        for name, spec in specs(source).items():
            if wanted and name not in wanted:
                continue
            for trained in TRAINED if name != "sd2" else [""]:  # which predicts v anyway
                family(bench, name, spec, seed, trained, source)
    return 1 if bench.bad else 0


if __name__ == "__main__":
    sys.exit(main())
