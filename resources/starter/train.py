"""Trains the starter model again, from the emoji font and the Unicode names of its glyphs, into a diffusers folder.

    apt-get install fonts-noto-color-emoji unicode-cldr-core
    pip install -r tests/golden/requirements.txt pillow
    python resources/starter/train.py OUT [--vae-steps 4000] [--unet-steps 2250] [--batch 32]

A tool: Fanlight itself needs no Python. On 2 cores it takes some hours, on a GPU some minutes. Stages: a VAE on all glyphs, then the text
encoder and the UNet together, from scratch, on its cached latents (v-prediction, min-SNR weights after Hang et al. 2023).
"""
import argparse
import copy
import json
import math
import pathlib
import random
import re
import xml.etree.ElementTree as ElementTree

import numpy
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image, ImageDraw, ImageFont
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
ANNOTATIONS = "/usr/share/unicode/cldr/common/annotations/{}.xml"
SIZE, TOKENS = 128, 32
COLOURS = {"white": ((255, 255, 255), "أبيض"), "red": ((220, 60, 60), "أحمر"), "blue": ((70, 110, 220), "أزرق"), "green": ((60, 160, 80), "أخضر"),
           "yellow": ((245, 215, 80), "أصفر"), "orange": ((245, 150, 50), "برتقالي"), "purple": ((150, 90, 190), "بنفسجي"),
           "pink": ((245, 160, 195), "وردي"), "grey": ((150, 150, 150), "رمادي"), "black": ((25, 25, 25), "أسود")}


def names(language):
    """Glyph -> its name in words, without bidi control characters."""
    found = {}
    for entry in ElementTree.parse(ANNOTATIONS.format(language)).getroot().iter("annotation"):
        if entry.get("type") == "tts":
            found[entry.get("cp")] = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", entry.text)
    return found


def draw(glyph, font):
    """RGBA of one glyph, or None if the font has no picture for it."""
    canvas = Image.new("RGBA", (160, 160))
    ImageDraw.Draw(canvas).text((12, 12), glyph, font=font, embedded_color=True)
    box = canvas.getbbox()
    if box is None or max(box[2] - box[0], box[3] - box[1]) < 60:
        return None
    part, square = canvas.crop(box), Image.new("RGBA", (SIZE, SIZE))
    part.thumbnail((SIZE - 8, SIZE - 8))
    square.paste(part, ((SIZE - part.width) // 2, (SIZE - part.height) // 2))
    return numpy.asarray(square)


def on(picture, colour):
    """The glyph on a background, [3, SIZE, SIZE] in -1..1."""
    alpha = picture[..., 3:].astype("float32") / 255
    mixed = picture[..., :3] * alpha + numpy.array(colour, "float32") * (1 - alpha)
    return torch.from_numpy(mixed / 127.5 - 1).permute(2, 0, 1)


def train_tokenizer(texts):
    bpe = Tokenizer(models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>", continuing_subword_prefix=""))
    bpe.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    bpe.pre_tokenizer, bpe.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    bpe.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=4284, end_of_word_suffix="</w>", show_progress=False,
                                                       initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    content = json.loads(bpe.to_str())["model"]
    vocabulary = dict(content["vocab"])
    for special in ("<|startoftext|>", "<|endoftext|>"):
        vocabulary.setdefault(special, len(vocabulary))
    return CLIPTokenizer(vocab=vocabulary, merges=[tuple(pair) for pair in content["merges"]], model_max_length=TOKENS)


def optimise(parameters, rate, steps, loss_of):
    """AdamW with warm-up and cosine decay; prints the loss now and then."""
    optimiser = torch.optim.AdamW(parameters, lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: min(1, (s + 1) / 100) * 0.5 * (1 + math.cos(math.pi * s / steps)))
    for step in range(steps):
        loss = loss_of()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}/{steps}, loss {loss.item():.4f}", flush=True)


def train_vae(pictures, steps, batch, device):
    vae = AutoencoderKL(sample_size=SIZE, block_out_channels=(16, 32, 64, 128), layers_per_block=1, norm_num_groups=8,
                        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4).to(device)

    def loss_of():
        x = torch.stack([on(random.choice(pictures), random.choice(list(COLOURS.values()))[0]) for _ in range(batch)]).to(device)
        x = x.flip(-1) if random.random() < 0.5 else x
        posterior = vae.encode(x).latent_dist
        y = vae.decode(posterior.sample()).sample
        edges = sum(F.l1_loss(y.diff(dim=d), x.diff(dim=d)) for d in (-1, -2))
        return F.l1_loss(y, x) + edges + 2 * F.l1_loss(F.avg_pool2d(y, 8), F.avg_pool2d(x, 8)) + 1e-4 * posterior.kl().mean()

    optimise(list(vae.parameters()), 1.5e-3, steps, loss_of)
    return vae.eval()


def train_unet(vae, tokenizer, glyphs, steps, batch, device):
    text = CLIPTextModel(CLIPTextConfig(vocab_size=len(tokenizer), hidden_size=128, intermediate_size=512, num_hidden_layers=3, num_attention_heads=4,
                                        max_position_embeddings=TOKENS, projection_dim=128, bos_token_id=tokenizer.bos_token_id,
                                        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)).to(device)
    unet = UNet2DConditionModel(sample_size=SIZE // 8, block_out_channels=(96, 192), layers_per_block=1, attention_head_dim=4, norm_num_groups=16,
                                cross_attention_dim=128, down_block_types=("CrossAttnDownBlock2D",) * 2,
                                up_block_types=("CrossAttnUpBlock2D",) * 2).to(device)
    scheduler = DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction",
                              clip_sample=False, set_alpha_to_one=False, steps_offset=1)
    with torch.no_grad():
        latents = {(i, colour): vae.encode(on(picture, rgb)[None].to(device)).latent_dist.mean[0]
                   for i, (picture, _, _) in enumerate(glyphs) for colour, (rgb, _) in COLOURS.items()}
    factor = 1 / torch.stack(list(latents.values())).std().item()
    vae.register_to_config(scaling_factor=factor)

    def example():
        (i, colour), latent = random.choice(list(latents.items()))
        _, english, arabic = glyphs[i]
        if random.random() < 0.1:
            return latent, ""
        if arabic and random.random() < 0.2:
            return latent, arabic if colour == "white" else f"{arabic} على خلفية {COLOURS[colour][1]}"
        name = f"a {english}" if random.random() < 0.5 else english
        return latent, name if colour == "white" else f"{name} on a {colour} background"

    alphas = scheduler.alphas_cumprod.to(device)
    average = [copy.deepcopy(network).requires_grad_(False) for network in (text, unet)]

    def loss_of():
        chosen, captions = zip(*(example() for _ in range(batch)))
        x = torch.stack(chosen) * factor
        ids = tokenizer(list(captions), padding="max_length", truncation=True, max_length=TOKENS, return_tensors="pt").input_ids.to(device)
        t, noise = torch.randint(0, 1000, (batch,), device=device), torch.randn_like(x)
        v = unet(scheduler.add_noise(x, noise, t), t, encoder_hidden_states=text(ids)[0]).sample
        snr = alphas[t] / (1 - alphas[t])
        weight = snr.clamp(max=5) / (snr + 1)
        with torch.no_grad():
            for mean, network in zip(average, (text, unet)):
                for slow, fast in zip(mean.parameters(), network.parameters()):
                    slow.lerp_(fast, 0.003)
        return (weight * (v - scheduler.get_velocity(x, noise, t)).pow(2).mean((1, 2, 3))).mean()

    optimise([*text.parameters(), *unet.parameters()], 1e-3, steps, loss_of)
    return *average, scheduler


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--vae-steps", type=int, default=4000)
    parser.add_argument("--unet-steps", type=int, default=2250)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--glyphs", type=int, default=120, help="how many things to learn")
    options = parser.parse_args()
    random.seed(0), torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    font, english, arabic = ImageFont.truetype(FONT, 109), names("en"), names("ar")
    drawn = [(draw(glyph, font), name, arabic.get(glyph, "")) for glyph, name in english.items() if len(glyph) == 1]
    glyphs = [entry for entry in drawn if entry[0] is not None]
    tokenizer = train_tokenizer([text for _, name, other in glyphs for text in (f"a {name} on a background", other)])
    vae = train_vae([picture for picture, _, _ in glyphs], options.vae_steps, options.batch, device)
    text, unet, scheduler = train_unet(vae, tokenizer, glyphs[:options.glyphs], options.unet_steps, options.batch, device)
    StableDiffusionPipeline(vae=vae, text_encoder=text, tokenizer=tokenizer, unet=unet, scheduler=scheduler, safety_checker=None,
                            feature_extractor=None, requires_safety_checker=False).to(torch.float16).save_pretrained(options.out)


if __name__ == "__main__":
    main()
