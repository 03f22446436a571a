"""Writes tests/golden/data/text: small CLIP tokenizer folders and the ids that transformers gives for them.

Run from anywhere: python tests/golden/tokenizer.py   (versions: requirements.txt)

Each folder has a layout found in diffusers repositories. expected.json holds, for each folder, what
`CLIPTokenizer.from_pretrained(folder)` makes of each text, without padding:
    {"texts": [...], "folders": {NAME: {"max_length", "pad_id", "pads_left", "ids": [[...]], "text_tokens": [...]}}}
"""

import json
import pathlib
import shutil

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer

DATA = pathlib.Path(__file__).parent / "data" / "text"
BEGIN, END = "<|startoftext|>", "<|endoftext|>"
CLIP_PATTERN = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"

CORPUS = """
a photo of a dog running on the beach at sunset, highly detailed, 8k, trending on artstation
a photograph of an astronaut riding a horse on mars, cinematic lighting, sharp focus, by greg rutkowski
portrait of a woman with long red hair, oil painting, intricate, elegant, digital painting, concept art
a small cat sitting in the window of an old house, watercolor, soft light, masterpiece, best quality
the city at night in the rain, neon lights, cyberpunk, wide angle, volumetric fog, octane render
a bowl of fruit on a wooden table, still life, baroque, dramatic shadows, ultra realistic
it's what they've always wanted; we're sure he'd say i'm here, don't you'll see? yes!!! no... (maybe)
low quality, blurry, bad anatomy, extra fingers, watermark, text, signature, worst quality, jpeg artifacts
a castle on a hill above the sea, fantasy landscape, mountains, clouds, river, forest, trees, birds
كلب يركض على الشاطئ عند غروب الشمس، تفاصيل عالية، صورة فوتوغرافية
قطة صغيرة تجلس في نافذة بيت قديم، ألوان مائية، ضوء ناعم، تحفة فنية
مدينة في الليل تحت المطر، أضواء نيون، قلعة على تل فوق البحر، جبال وغيوم
صورة رائد فضاء يركب حصانا على المريخ، لوحة زيتية لامرأة ذات شعر أحمر طويل
بِسْمِ اللَّهِ الرَّحْمَٰنِ الرَّحِيمِ
une photo d'un château près de la mer, très détaillée, à l'aube; ein schöner großer Hund über dem Fluß
красивая собака бежит по пляжу на закате; σκύλος τρέχει στην παραλία, ο Οδυσσεύς
一只狗在海滩上奔跑 猫が窓に座っている 개가 해변에서 달린다
🐶🐱🌅🎨👩‍🚀👍🏽❤️🔥✨🏳️‍🌈 emoji art 🐶🐶 🌅 ✨✨
""".strip().splitlines()

TEXTS = [
    "", " ", "a", "A", "a dog", "A DOG", "a photo of a cat", "dog dog dog", "supercalifragilisticexpialidocious",
    "Hello, world!", "hello!!", "wow!!!", "!", "! !", "a!b", "what?! (really) [yes] {no}", "semi;colon:dash-under_score",
    "(masterpiece:1.2), best quality", "a/b\\c|d", "100% & more @ $5 #tag ^ * + = ~ `", "\"quoted\" 'single'", "“curly” ‘quotes’ —…",
    "it's", "IT'S", "don't", "we're they've I'm he'll she'd", "rock 'n' roll", "'s", "''s", "'sting", "x'", "'", "'ll'll", "it’s",
    "1", "12", "2024", "4k 8K", "3.14", "a1b2", "½ ² ③ Ⅷ", "٣ ١٢٣ ۴۵", "１２３", "1e-5",
    "كلب", "كلب يركض على الشاطئ", "قطة صغيرة، ضوء ناعم", "بِسْمِ اللَّهِ", "الرَّحْمَٰنِ", "مُحَمَّد", "ـــمد", "لا إله", "ﷺ", "ﻼ", "؟ ، ؛",
    "dog كلب cat قطة", "\u200fكلب\u200e", "می‌خواهم",
    "🐶", "🐶🐱", "a 🐶 dog", "👩‍🚀", "👩‍👩‍👧‍👦", "👍🏽", "👍🏽👍", "❤️", "🏳️‍🌈", "🇸🇦🇪🇬", "😀!", "1️⃣", "\U0001FAE0",
    "一只狗", "猫が窓に座っている", "개가 해변", "ｶﾞ", "カ\u3099", "狗1只", "𠮷野家",
    "café", "cafe\u0301", "CAFÉ", "CAFE\u0301", "Å Å A\u030a", "ñ n\u0303", "ự u\u031b\u0323", "e\u0301\u0302", "a\u0323\u0307 a\u0307\u0323",
    "가 \u1100\u1161", "ﬁ ﬂ", "①", "Ω K",
    "İstanbul", "I\u0307", "ISTANBUL ışık", "ß STRASSE ẞ", "ΟΔΥΣΣΕΥΣ", "Σ ΣΑΣ ΑΣ", "ΣΊΣΥΦΟΣ", "Ǆ ǅ ǆ", "ᲐᲑ Ა", "𐐀 𐐨", "Ⅷ Ⓐ", "ŉ",
    "tab\tbetween", "line\nbreak", "a\r\nb", "  leading", "trailing  ", "many     spaces", "nbsp\u00a0here", "thin\u2009space",
    "\u3000ideographic\u3000", "line\u2028sep\u2029para", "ogham\u1680space", "nel\u0085next", "zero\u200bwidth", "\ufeffbom", "vt\x0bff\x0c",
    "word\u2060joiner", "mongolian\u180evowel", "nul\x00nul", "\x01\x02", "\x1c\x1f", "\x7f", "\u0080\u009f", "soft\u00adhyphen",
    BEGIN, END, f"a {END} b", f"{BEGIN}a dog{END}", f"a{END}b", f"{END}{END}", "<|ENDOFTEXT|>", "<|endoftext|>!", "a <|StartOfText|> b",
    "<|endoftext|", "!<|endoftext|>", "< |endoftext|>", f"  {END}  ", f"x\u0301{END}\u0301y", "<unk>", "<PET>dog", "a <pet> dog",
    "mask <mask> mask", "abc<mask>def", "my cat-toy here", "mycat-toy", "CAT-TOY", "cat-toys", "é<style>É",
    "low lower lowest newer wider", "l o w",
    " ".join(["dog"] * 74), " ".join(["dog"] * 75), " ".join(["dog"] * 76), " ".join(["a"] * 200), "!" * 75, "! " * 80,
    "a dog, " * 37 + "cat", f"{END} " * 76, "x" * 500, "highly detailed, " * 30, "ا" * 300, "🐶" * 90,
    "a photo of an astronaut riding a horse on mars", "red-haired woman, 1girl, solo, (detailed face:1.3), <lora:foo:0.8>",
    "\ue000 private \U0010ffff", "q̇̃ Z̧", "ᾼ ᾳ", "x²y³", "naïve façade", "Ελληνικά ΕΛΛΗΝΙΚΆ", "РУССКИЙ русский",
]  # fmt: skip


def byte_symbols():
    """The symbols of byte-level BPE in CLIP's order: printable bytes first."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return [chr(byte) for byte in printable] + [chr(0x100 + i) for i in range(256 - len(printable))]


def learn(merge_count):
    """A vocabulary in CLIP's layout and its merges, learnt from CORPUS."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", continuing_subword_prefix=""))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(CLIP_PATTERN), behavior="removed", invert=True),
         pre_tokenizers.ByteLevel(add_prefix_space=False)])
    trainer = trainers.BpeTrainer(vocab_size=4000, initial_alphabet=byte_symbols(), end_of_word_suffix="</w>",
                                  show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    merges = [tuple(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]][:merge_count]
    symbols = byte_symbols()
    tokens = symbols + [symbol + "</w>" for symbol in symbols] + [a + b for a, b in merges]
    vocabulary = {token: i for i, token in enumerate(dict.fromkeys(tokens + [BEGIN, END]))}
    return vocabulary, merges


def write_json(file, value):
    file.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def write_slow(folder, vocabulary, merges):
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "vocab.json", vocabulary)
    lines = ["#version: 0.2", *(f"{a} {b}" for a, b in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_fast(folder, vocabulary, merges, **config):
    """tokenizer.json and tokenizer_config.json as save_pretrained() writes them."""
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=merges, **config)
    tokenizer.save_pretrained(folder)
    file = folder / "tokenizer.json"
    write_json(file, json.loads(file.read_text(encoding="utf-8")))


def added(content, **flags):
    defaults = {"lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    return {"__type": "AddedToken", "content": content, **defaults, **flags}


def plain(content, **flags):
    token = added(content, **flags)
    del token["__type"]
    return token


def write_folders():
    vocabulary, merges = learn(900)
    write_fast(DATA / "fast", vocabulary, merges, model_max_length=77)

    # Stable Diffusion 1: special tokens are matched in the normalised text.
    write_slow(DATA / "sd1", vocabulary, merges)
    write_json(DATA / "sd1" / "tokenizer_config.json", {
        "add_prefix_space": False, "bos_token": added(BEGIN), "do_lower_case": True, "eos_token": added(END),
        "errors": "replace", "model_max_length": 77, "pad_token": END, "tokenizer_class": "CLIPTokenizer",
        "unk_token": added(END)})
    write_json(DATA / "sd1" / "special_tokens_map.json",
               {"bos_token": plain(BEGIN), "eos_token": plain(END), "pad_token": END, "unk_token": plain(END)})

    # Stable Diffusion 2: the padding is "!", which is id 0 and a common character.
    vocabulary, merges = learn(300)
    write_slow(DATA / "sd2", vocabulary, merges)
    write_json(DATA / "sd2" / "tokenizer_config.json", {
        "add_prefix_space": False, "bos_token": added(BEGIN), "eos_token": added(END), "model_max_length": 77,
        "tokenizer_class": "CLIPTokenizer", "unk_token": added(END)})
    write_json(DATA / "sd2" / "special_tokens_map.json",
               {"bos_token": plain(BEGIN), "eos_token": plain(END), "pad_token": "!", "unk_token": plain(END)})

    # As saved by newer versions: added_tokens_decoder, and no limit.
    write_slow(DATA / "decoder", vocabulary, merges)
    write_json(DATA / "decoder" / "tokenizer_config.json", {
        "added_tokens_decoder": {
            str(vocabulary["!"]): plain("!", normalized=False, special=True),
            str(vocabulary[BEGIN]): plain(BEGIN, special=True), str(vocabulary[END]): plain(END, normalized=False, special=True)},
        "bos_token": BEGIN, "eos_token": END, "model_max_length": int(1e30), "pad_token": "!", "unk_token": END})

    # A vocabulary that lacks most bytes, tokens of its own with every flag, padding and truncation on the left.
    tokens = ["l", "o", "w", "e", "r", "s", "t", "i", "d", "n", "lo", "l</w>", "w</w>", "r</w>", "t</w>", "low</w>",
              "er</w>", "lowest</w>", "newer</w>", "wider", "<unk>", BEGIN, END]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    write_slow(DATA / "odd", vocabulary, [("l", "o"), ("lo", "w</w>"), ("e", "r</w>")])
    write_json(DATA / "odd" / "tokenizer_config.json", {
        "model_max_length": 12, "padding_side": "left", "truncation_side": "left", "unk_token": "<unk>",
        "mask_token": added("<mask>", lstrip=True, rstrip=True, normalized=False),
        "additional_special_tokens": ["<style>"]})
    write_json(DATA / "odd" / "added_tokens.json", {"<pet>": 24, "cat-toy": 23})

    # Both layouts at once, contradicting each other: tokenizer.json wins.
    shutil.copytree(DATA / "odd", DATA / "both")
    write_fast(DATA / "both", vocabulary, [("e", "r</w>")], model_max_length=12, unk_token="<unk>")
    json_file = DATA / "both" / "tokenizer.json"
    content = json.loads(json_file.read_text(encoding="utf-8"))
    content["model"]["merges"] = [" ".join(merge) for merge in content["model"]["merges"]]
    content["added_tokens"].append({"id": 40, **plain("cat-toy", single_word=True), "special": False})
    write_json(json_file, content)


def expected(folder):
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    max_length = min(tokenizer.model_max_length, 77)
    ids, text_tokens = [], []
    for text in TEXTS:
        encoded = tokenizer(text, padding="max_length", truncation=True, max_length=max_length)
        kept = [i for i, mask in zip(encoded.input_ids, encoded.attention_mask) if mask]
        padding = [tokenizer.pad_token_id] * (max_length - len(kept))
        left = tokenizer.padding_side == "left"
        assert encoded.input_ids == (padding + kept if left else kept + padding)
        ids.append(kept)
        text_tokens.append(len(tokenizer(text, add_special_tokens=False).input_ids))
    return {"max_length": max_length, "pad_id": tokenizer.pad_token_id, "pads_left": tokenizer.padding_side == "left",
            "ids": ids, "text_tokens": text_tokens}


def main():
    shutil.rmtree(DATA, ignore_errors=True)
    write_folders()
    folders = sorted(folder for folder in DATA.iterdir() if folder.is_dir())
    write_json(DATA / "expected.json", {"texts": TEXTS, "folders": {folder.name: expected(folder) for folder in folders}})


if __name__ == "__main__":
    main()
