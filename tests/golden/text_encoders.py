"""Hidden states of the small random language models, as picture models take them of their text encoders:
data/text_encoders/.

Three texts of different lengths go through the models of language_models.py and encoder_decoders.py together, padded on
the right, on the left, or within: before their last tokens, with positions that do not count the padding, as generate()
makes them of the mask. NAME.safetensors holds for each the ids, the mask and the hidden states after some layers, of every
third token every fourth number; padding has some, too. Weights are float16, computed with in float32.

    python tests/golden/text_encoders.py [NAME…]   (versions: requirements.txt)
"""

import sys

import torch
import transformers
from language_models import DATA, LONG, tokenizer
from safetensors.torch import save_file

FOLDER = DATA.parent / "text_encoders"
NAMES = ["llama", "mistral", "qwen2", "qwen3", "smollm3", "phi3", "gemma2", "gemma3", "qwen2_5_vl", "qwen3_vl", "t5",
         "t5_gated"]
STATES = [0, 1, -2, -1]
LENGTHS = [40, 25, 5]
LAST = 3
PAD = 5


def padded(texts, place):
    length = max(len(text) for text in texts)
    behind = {"right": lambda text: 0, "left": len, "within": lambda text: LAST}[place]
    ids, mask = torch.full((len(texts), length), PAD), torch.zeros(len(texts), length, dtype=torch.bool)
    for row, text in enumerate(texts):
        before = len(text) - behind(text)
        mask[row, :before] = mask[row, length - behind(text):] = True
        ids[row, mask[row]] = torch.tensor(text)
    return ids, mask


def loaded(name):
    config = transformers.AutoConfig.from_pretrained(DATA / name)
    model_class = transformers.T5EncoderModel if config.is_encoder_decoder else getattr(transformers, config.architectures[0])
    return model_class.from_pretrained(DATA / name, dtype=torch.float32).eval()


def make(name):
    model = loaded(name)
    ids = tokenizer(begin=False).encode(LONG).ids
    texts = [ids[7 * row:7 * row + length] for row, length in enumerate(LENGTHS)]
    written = {}

    for place in ("right", "left", "within"):
        given, mask = padded(texts, place)
        more = {}
        if place == "within":
            if name.startswith("t5"):  # its positions are relative, and cannot be given
                continue
            more["position_ids"] = (mask.long().cumsum(-1) - 1).clamp(min=0)
        with torch.no_grad():
            states = model(input_ids=given, attention_mask=mask.long(), output_hidden_states=True, **more).hidden_states
        assert all(state.isfinite().all() for state in states)
        written |= {f"{place}.ids": given, f"{place}.mask": mask,
                    f"{place}.states": torch.stack([states[state][:, ::3, ::4] for state in STATES])}
    FOLDER.mkdir(exist_ok=True)
    save_file({key: value.clone().contiguous() for key, value in written.items()},
              FOLDER / f"{name}.safetensors")
    print(name, model.config._attn_implementation, len(states))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for chosen in sys.argv[1:] or NAMES:
        make(chosen)
