"""Hidden states of the small random language models, as picture models take them of their text encoders:
data/text_encoders/.

Three texts of different lengths, padded on either side, go through the models of language_models.py and encoder_decoders.py
together. NAME.safetensors holds their ids and, for each side, the mask and the hidden states after some layers, of every
third token every fourth number; padding has some, too. "counted" has the positions that generate() makes of the mask. Weights are float16, computed
with in float32.

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
LENGTHS = [40, 25, 3]
PAD = 5


def padded(texts, side):
    length = max(len(text) for text in texts)
    ids, mask = torch.full((len(texts), length), PAD), torch.zeros(len(texts), length, dtype=torch.bool)
    for row, text in enumerate(texts):
        first = length - len(text) if side == "left" else 0
        ids[row, first:first + len(text)] = torch.tensor(text)
        mask[row, first:first + len(text)] = True
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

    def keep(case, given, **more):
        mask = written[f"{case}.mask"]
        with torch.no_grad():
            states = model(input_ids=given, attention_mask=mask.long(), output_hidden_states=True, **more).hidden_states
        assert all(state.isfinite().all() for state in states)
        written[f"{case}.states"] = torch.stack([states[state][:, ::3, ::4] for state in STATES])

    for side in ("right", "left"):
        given, written[f"{side}.mask"] = padded(texts, side)
        written[f"{side}.ids"] = given
        keep(side, given)
    if not name.startswith("t5"):
        written["counted.ids"], written["counted.mask"] = given, written["left.mask"]
        keep("counted", given, position_ids=(written["left.mask"].long().cumsum(-1) - 1).clamp(min=0))
    FOLDER.mkdir(exist_ok=True)
    save_file({key: value.clone().contiguous() for key, value in written.items()},
              FOLDER / f"{name}.safetensors")
    print(name, getattr(model.config, "_attn_implementation", ""), len(model(input_ids=given, output_hidden_states=True).hidden_states))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for chosen in sys.argv[1:] or NAMES:
        make(chosen)
