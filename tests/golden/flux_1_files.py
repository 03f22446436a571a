"""FLUX.1 from four files, as ComfyUI's users keep it: what diffusers makes of the network of flux_1.py and its text encoders with the vocabularies
of T5 and CLIP, and of the VAE of z_image_files.py, which has the usual 32 groups of channels.

Writes tests/golden/data/pipelines/flux_1_files.safetensors (pictures, float32 on a CPU) and flux_1_files.json, which tells what they are of.
T5's matrix is the first rows of 16 times that of z_image_files.py, CLIP's is that of single_file.py. Versions: requirements.txt.
"""
import gzip
import sys

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import CLIPTextConfig, CLIPTextModel, PreTrainedTokenizerFast

from flow_models import draw_all, save_lists, vae_of_16_channels
from flux_1 import build, difference, draw, image, schnell_of
from pipelines import DATA
from single_file import VOCABULARY, clip_tokenizer, token_embeddings
from vocabularies import VOCABULARIES
from z_image_files import embedding

T5_ROWS = 32_128
DEV = [image(["a dog on the beach, 小狗, كلب", "a cat"]),
       image(["a cat", "two owls in a tree at night, 2024"], true_cfg=2.0, negatives=["blurry", ""], width=48, steps=3)]
SCHNELL = [image(["a dog", "a cat on a chair; 3 mice"], guidance=0.0)]


def t5_reference():
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(gzip.decompress((VOCABULARIES / "t5_tokenizer.json.gz").read_bytes()).decode()),
        pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=512, padding_side="right")


def with_clips_vocabulary(encoder):
    made = CLIPTextModel(CLIPTextConfig.from_dict(encoder.config.to_dict() | dict(
        vocab_size=VOCABULARY, bos_token_id=VOCABULARY - 2, eos_token_id=VOCABULARY - 1, pad_token_id=VOCABULARY - 1)))
    made.load_state_dict(encoder.state_dict() | {"embeddings.token_embedding.weight": token_embeddings(encoder.config.hidden_size)})
    return made.eval()


def decoder_of_z_image():
    vae = vae_of_16_channels((32, 32))
    tensors = {key: value.float() for key, value in load_file(DATA / "pipelines" / "z_image_vae.safetensors").items()}
    missing, unexpected = vae.load_state_dict(tensors, strict=False)
    assert not unexpected and all(key.startswith("encoder.") for key in missing)
    return vae.eval()


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    pipeline = build()
    t5 = pipeline.text_encoder_2
    t5.resize_token_embeddings(T5_ROWS, mean_resizing=False)
    t5.set_input_embeddings(torch.nn.Embedding.from_pretrained(16 * embedding(t5.config.d_model)[:T5_ROWS]))
    pipeline.register_modules(text_encoder=with_clips_vocabulary(pipeline.text_encoder), tokenizer=clip_tokenizer("<|endoftext|>"),
                              tokenizer_2=t5_reference(), vae=decoder_of_z_image())
    made = {}
    for kind, drawn_by, specs in (("dev", pipeline, DEV), ("schnell", schnell_of(pipeline), SCHNELL)):
        made.update(draw_all(lambda spec: draw(drawn_by, spec), specs, kind))
    for changed in (dict(guidance=1.5), dict(prompts=["an owl", "a cat"], prompts_2=DEV[0]["prompts"]), dict(prompts_2=["an owl", "a cat"])):
        print(changed, difference(made["dev.0"], draw(pipeline, image(**dict(prompts=DEV[0]["prompts"]) | changed))))
    save_lists("flux_1_files", made, dict(dev=DEV, schnell=SCHNELL))


if __name__ == "__main__":
    sys.exit(main())
