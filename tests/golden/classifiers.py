"""Small random classifiers and masked language models, and what transformers makes of texts: data/classifiers/.

Each model is a folder as transformers saves it. Beside it, NAME.json holds for each text its ids and the logits at batch
size 1, or the five best tokens for each mask. Weights are float16, computed with in float32.
"""

import json
import pathlib
import sys

import tokenizers
import torch
import transformers
from tokenizers import normalizers, pre_tokenizers, processors

import language_models
from language_models import LONG, PROMPTS, WORDS, common, randomise, tokenizer

DATA = pathlib.Path(__file__).parent / "data" / "classifiers"

GPT2 = dict(n_embd=64, n_layer=3, n_head=4, n_inner=128, n_positions=256)
BERT = dict(vocab_size=400, hidden_size=64, num_hidden_layers=3, num_attention_heads=4, intermediate_size=96,
            max_position_embeddings=128, pad_token_id=0)
DISTILBERT = dict(dim=32, n_layers=3, n_heads=4, hidden_dim=48, max_position_embeddings=128, pad_token_id=0)
SMALL = dict(hidden_size=32, intermediate_size=48)
ROBERTA = BERT | SMALL | dict(max_position_embeddings=130, type_vocab_size=1, pad_token_id=1, bos_token_id=0,
                              eos_token_id=2)
MOODS = {"id2label": {0: "sad", 1: "calm", 2: "glad"}, "label2id": {"sad": 0, "calm": 1, "glad": 2}}
TOPICS = {"id2label": {i: name for i, name in enumerate(["sea", "rain", "cats", "dogs"])},
          "label2id": {name: i for i, name in enumerate(["sea", "rain", "cats", "dogs"])}}
PAIRS = [("The cat sat", "on the mat."), ("It's only me", "who goes there?"), ("猫坐在窗边", "看雨"), ("a", "b")]
MASKED = ["The [MASK] sat on the mat.", "A dog [MASK] over the [MASK] to the sea", "[MASK]", "القطة [MASK] على النافذة"]


def decoder(name, pad_token_id, **more):
    config_class, model_class, config, _ = language_models.MODELS[name]
    text = "Text" if name == "gemma3" else ""  # the other class reads pictures
    classifier = getattr(transformers, model_class.__name__.replace("ForCausalLM", text + "ForSequenceClassification"))
    return config_class, classifier, config | SMALL | MOODS | {"pad_token_id": pad_token_id} | more


# A model's seed is its place.
MODELS = {
    "bert": (transformers.BertConfig, transformers.BertForSequenceClassification, BERT | MOODS),
    "bert_masked": (transformers.BertConfig, transformers.BertForMaskedLM, BERT),
    "bert_topics": (transformers.BertConfig, transformers.BertForSequenceClassification,
                    BERT | TOPICS | {"problem_type": "multi_label_classification"}),
    "gpt2": (transformers.GPT2Config, transformers.GPT2ForSequenceClassification, common(**GPT2, **MOODS)),
    "gpt2_padded": (transformers.GPT2Config, transformers.GPT2ForSequenceClassification,
                    common(**GPT2) | {"pad_token_id": 0}),
    "distilbert": (transformers.DistilBertConfig, transformers.DistilBertForSequenceClassification, DISTILBERT | MOODS),
    "distilbert_masked": (transformers.DistilBertConfig, transformers.DistilBertForMaskedLM,
                          DISTILBERT | {"sinusoidal_pos_embds": True}),
    "roberta": (transformers.RobertaConfig, transformers.RobertaForSequenceClassification, ROBERTA | MOODS),
    "roberta_masked": (transformers.RobertaConfig, transformers.RobertaForMaskedLM, ROBERTA),
    "xlm_roberta": (transformers.XLMRobertaConfig, transformers.XLMRobertaForSequenceClassification, ROBERTA | TOPICS),
    "xlm_roberta_masked": (transformers.XLMRobertaConfig, transformers.XLMRobertaForMaskedLM, ROBERTA),
    "camembert": (transformers.CamembertConfig, transformers.CamembertForSequenceClassification, ROBERTA | MOODS),
    "llama": decoder("llama", None),
    "mistral": decoder("mistral", 0),
    "qwen2": decoder("qwen2", None),
    "qwen3": decoder("qwen3", 0),
    "smollm3": decoder("smollm3", None),
    "camembert_masked": (transformers.CamembertConfig, transformers.CamembertForMaskedLM,
                         ROBERTA | {"tie_word_embeddings": False}),
    "phi3": decoder("phi3", None, hidden_size=64),  # as the factors of its rotation need it
    "gemma2": decoder("gemma2", 0),
    "gemma3": decoder("gemma3", None),
}


def word_pieces():
    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = tokenizers.decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = tokenizers.trainers.WordPieceTrainer(vocab_size=400, special_tokens=special, show_progress=False)
    made.train_from_iterator(WORDS.splitlines() * 3, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return made


ROBERTA_TOKENS = ["<s>", "<pad>", "</s>", "<unk>", tokenizers.AddedToken("<mask>", lstrip=True)]


def byte_level_bpe():
    """As RoBERTa's."""
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=400, special_tokens=ROBERTA_TOKENS, show_progress=False,
                                             initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    made.train_from_iterator(WORDS.splitlines() * 3, trainer)
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return made


def unigram():
    """As XLM-RoBERTa's."""
    made = tokenizers.Tokenizer(tokenizers.models.Unigram())
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    made.decoder = tokenizers.decoders.Metaspace()
    trainer = tokenizers.trainers.UnigramTrainer(vocab_size=300, special_tokens=ROBERTA_TOKENS, unk_token="<unk>",
                                                 show_progress=False)
    made.train_from_iterator(WORDS.splitlines() * 3, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return made


def tokenizer_of(name):
    if name in language_models.MODELS or name.startswith("gpt2"):
        return tokenizer(begin=name in ("llama", "mistral"))
    if name.startswith("roberta"):
        return byte_level_bpe()
    return unigram() if name.startswith(("xlm", "camembert")) else word_pieces()


def texts_of(name, tokens):
    """Pairs where the model is made for them, and pad tokens where they count."""
    if name.endswith("masked"):
        return [(text.replace("[MASK]", mask_of(tokens)), None) for text in MASKED]
    texts = [(text, None) for text in [*PROMPTS, LONG[:120]]]
    if tokens.token_to_id("<|endoftext|>") is not None:
        return texts + [("The cat<|endoftext|>", None), ("<|endoftext|><|endoftext|>", None)]
    padded = [("The <pad> cat", None)] if tokens.token_to_id("<pad>") is not None else []
    return texts + PAIRS + padded


def mask_of(tokens):
    return next(mask for mask in ("[MASK]", "<mask>") if tokens.token_to_id(mask) is not None)


def inputs_of(name, tokens, prompt, pair):
    encoded = tokens.encode(prompt, pair)
    inputs = {"input_ids": torch.tensor([encoded.ids])}
    if name.startswith("bert"):
        inputs["token_type_ids"] = torch.tensor([encoded.type_ids])
    return inputs


def labelled(model, inputs):
    logits = model(**inputs).logits[0]
    several = model.config.problem_type == "multi_label_classification"
    probabilities = logits.sigmoid() if several else logits.softmax(-1)
    return {"label": model.config.id2label[logits.argmax().item()], "logits": logits.tolist(),
            "probabilities": probabilities.tolist()}


def filled(model, tokens, inputs):
    ids = inputs["input_ids"][0].clone()
    places = (ids == tokens.token_to_id(mask_of(tokens))).nonzero()[:, 0]
    best = model(**inputs).logits[0, places].softmax(-1).topk(5)
    ids[places] = best.indices[:, 0]
    masks = [{"tokens": [tokens.decode([i], skip_special_tokens=False) for i in row], "probabilities": values}
             for row, values in zip(best.indices.tolist(), best.values.tolist())]
    return {"text": tokens.decode(ids.tolist(), skip_special_tokens=True), "masks": masks}


def make(name):
    config_class, model_class, config = MODELS[name]
    folder = DATA / name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "tokenizer.json"
    if not file.exists():  # trained again, word pieces and unigrams would come out otherwise
        tokenizer_of(name).save(str(file), pretty=False)
    tokens = tokenizers.Tokenizer.from_file(str(file))
    if not name.startswith("gpt2") and name not in language_models.MODELS:
        config = config | {"vocab_size": tokens.get_vocab_size()}
    model = model_class(config_class(**config)).eval()
    randomise(model, torch.Generator().manual_seed(100 + list(MODELS).index(name)))
    model.half().save_pretrained(folder)

    model = model_class.from_pretrained(folder, dtype=torch.float32).eval()
    rows = []
    with torch.no_grad():
        for prompt, pair in texts_of(name, tokens):
            inputs = inputs_of(name, tokens, prompt, pair)
            result = filled(model, tokens, inputs) if name.endswith("masked") else labelled(model, inputs)
            rows.append({"prompt": prompt} | ({"text_pair": pair} if pair else {}) |
                        {"prompt_tokens": inputs["input_ids"].shape[1]} | result)
    written = {"source": f"transformers {transformers.__version__}", "rows": rows}
    lines = json.dumps(written, ensure_ascii=False, separators=(",", ":")).replace('{"prompt"', '\n{"prompt"')
    (DATA / f"{name}.json").write_text(lines + "\n")
    print(name, [row.get("label", row.get("text")) for row in rows])


if __name__ == "__main__":
    torch.set_num_threads(1)
    for chosen in sys.argv[1:] or MODELS:
        make(chosen)
