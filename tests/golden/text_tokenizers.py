"""Writes tests/golden/data/tokenizers: what `tokenizers` and `sentencepiece` make of texts in mixed scripts.

Run from anywhere: python tests/golden/text_tokenizers.py   (versions: requirements.txt)

cases.json, which is only read, holds nine small tokenizers, one of each kind that language models use.
lines.json: 300 lines, and for each of these tokenizers the ids, those with special tokens left as plain text (`plain`),
    the text of every third of the ids (`decoded`) and pairs of texts with their types (`pairs`).
parts.json: single normalizers, pre-tokenizers and decoders: the part, and what it makes of each text (of each list of
    tokens).
bpe.model, unigram.model: small SentencePiece models, and in sentencepiece.json their ids and texts.
"""

import io
import json
import pathlib
import random
import tempfile

import sentencepiece
from tokenizers import Tokenizer, models

DATA = pathlib.Path(__file__).parent / "data" / "tokenizers"

WORDS = {
    "latin": "the of and to in is you that it he was for on are with as his they be at one have this from or had by "
             "hot but some what there we can out other were all your when up use word how said each she which do their "
             "don't it's WE'LL they've you're I'm he'd café naïve façade Zürich Łódź Ørsted Straße 'ſ",
    "code": "def f(x): return x+1 for(int i=0;i<n;++i){ } std::vector<int> #include <stdio.h> a_b_c camelCase HTTP404 "
            "0xFF 1e-9 == != && || -> // /* */ \\n \"str\" 'c' $HOME ${x} [1,2,3] {'a':1} <html></html> a@b.org",
    "arabic": "قطة في البيت كلب يركض على الشاطئ بِسْمِ اللَّهِ الرَّحْمَٰنِ مُحَمَّد ﷺ ﻼ ١٢٣ ۴۵ ـــمد می‌خواهم",
    "cjk": "一只猫坐在房子前 我爱你 北京大学 猫が窓に座っている 東京タワー ｶﾞ ひらがな 개가 해변에서 달린다 𠮷野家 「引用」 。、！？ １２３ ＡＢＣ ㈱ ①",
    "european": "красивая собака бежит Привет Ёлка σκύλος τρέχει Οδυσσεύς ΟΔΥΣΣΕΥΣ Ελληνικά",
    "indic": "नमस्ते दुनिया हिन्दी ক্ষুদ্র বাংলা தமிழ் తెలుగు ไทยภาษา ភាសាខ្មែរ မြန်မာ क्षत्रिय श्री",
    "signs": "🦙🍕 👩‍🚀 👨‍👩‍👧‍👦 👍🏽 🏳️‍🌈 🇸🇦🇪🇬 ❤️ 1️⃣ 🫠 ☃ ☃☃ ✨✨ ™ © ½ ² ③ Ⅷ ℃ ﬁ ﬂ",
    "marks": "e\u0301 A\u030a \u1100\u1161 q\u0307\u0323 I\u0307 İ ı ŉ ǆ Å Ω K e\u0301\u0302x n\u0303 \u0327\u0301",
    "numbers": "1 12 123 1234 12345 3.14159 2024 1,000,000 -5 +7 ½ ٣ Ⅷ² 1e10 0x1F 99% $5",
    "special": "<|endoftext|> <s> </s> <unk> <pad> [CLS] [SEP] [MASK] [UNK] <|im_start|> <|im_end|> <think> <|user|> "
               "<|end|> <bos> <eos> <extra_id_0> <start_of_turn> <|begin_of_text|> <0x0A> ▁ ▁▁ Ġ ## ##ing",
}
SEPARATORS = [
    "", "", "  ", "   ", "\n", "\n\n", "\t", " \n", "\r\n", "  \n  ", ". ", ", ", "! ", "-", "\u00a0", "\u3000", "\u200b",
    "\u2028", "\u0085", "\v", "\u2003", "\ufeff", "\u200d", "\x00", "\x1f", "\x7f", "\u00ad"]
VECTORS = [
    "", " ", "  ", "\n", "Hello world", " Hello  world", "  Hello", "a  b", "a\tb", "قطة في البيت", "一只猫坐在房子前", "🦙🍕 é e\u0301",
    "def f(x):\n    return x+1\n", "it's WE'LL 2024 3.14159", "a\t b\u00a0c   d  \n\n e ", "x<|endoftext|>y", "<s>x</s> y",
    "abc   2024", "x  7", "☃☃", "'ſ 'S", "Ⅷ² ٣", "e\u0301x", "a" * 300, " " * 70 + "x", "Cửa Việt"]

BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
LLAMA_3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"
           r"\s+(?!\S)|\s+")
GPT_4O = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
          r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
          r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
DEEPSEEK = (r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"
            r"\s*[\r\n]+|\s+(?!\S)|\s+")
EXPRESSIONS = [
    LLAMA_3, LLAMA_3.replace(r"\p{N}{1,3}", r"\p{N}"), GPT_4O, DEEPSEEK, r" {2,}", r"\s+", r"\w+|[^\w\s]+", r"x*", r"^\w|.$",
    r"[[:punct:]]", r"(?i)THE", r"(?m:<.*>)", r"[一-龥぀-ゟ゠-ヿ]+", r"\h+", r"(?<=a)b"]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def split(pattern, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def sequence(key, *parts):
    return {"type": "Sequence", key: list(parts)}


def metaspace(scheme, split=True):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}


def bert(**options):
    return {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None,
            "lowercase": True, **options}


def replace(pattern, content):
    return {"type": "Replace", "pattern": pattern, "content": content}


NORMALIZERS = [
    *({"type": name} for name in ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel"]),
    bert(), bert(lowercase=False), bert(clean_text=False, strip_accents=True), bert(strip_accents=False),
    {"type": "Strip", "strip_left": True, "strip_right": False}, {"type": "Strip", "strip_left": False, "strip_right": True},
    {"type": "Prepend", "prepend": "▁"}, replace({"String": " "}, "▁"), replace({"Regex": r" {2,}"}, "▁"),
    replace({"Regex": r"\p{M}+"}, ""), replace({"String": "e"}, "ee"),
    sequence("normalizers", {"type": "NFD"}, {"type": "StripAccents"}, {"type": "Lowercase"})]
PRE_TOKENIZERS = [
    *({"type": name} for name in ["BertPreTokenizer", "Whitespace", "WhitespaceSplit"]),
    BYTE_LEVEL, {**BYTE_LEVEL, "add_prefix_space": True}, {**BYTE_LEVEL, "use_regex": False},
    {"type": "Digits", "individual_digits": True}, {"type": "Digits", "individual_digits": False},
    *({"type": "Punctuation", "behavior": behavior} for behavior in BEHAVIORS),
    {"type": "CharDelimiterSplit", "delimiter": "e"}, {"type": "FixedLength", "length": 3},
    metaspace("always"), metaspace("first"), metaspace("never"), metaspace("always", split=False),
    sequence("pretokenizers", {"type": "WhitespaceSplit"}, metaspace("first")),
    sequence("pretokenizers", {"type": "Digits", "individual_digits": True}, BYTE_LEVEL),
    *(split({"Regex": expression}) for expression in EXPRESSIONS),
    *(split({"Regex": r"\s+"}, behavior, invert) for behavior in BEHAVIORS for invert in [False, True]),
    split({"String": " "}, "MergedWithPrevious"), split({"String": "."}, "Removed"), split({"String": ""})]
DECODERS = [
    None, {"type": "BPEDecoder", "suffix": "</w>"}, {"type": "ByteFallback"}, BYTE_LEVEL, {"type": "Fuse"},
    metaspace("always"), metaspace("never"), {"type": "WordPiece", "prefix": "##", "cleanup": True},
    {"type": "WordPiece", "prefix": "##", "cleanup": False}, replace({"String": "▁"}, " "), replace({"Regex": "[aeiou]"}, ""),
    {"type": "Strip", "content": " ", "start": 2, "stop": 0},
    sequence("decoders", replace({"String": "▁"}, " "), {"type": "ByteFallback"}, {"type": "Fuse"},
             {"type": "Strip", "content": " ", "start": 1, "stop": 0}),
    sequence("decoders", {"type": "Fuse"}, {"type": "Strip", "content": "d", "start": 0, "stop": 1}),
    sequence("decoders", BYTE_LEVEL, {"type": "Strip", "content": " ", "start": 1, "stop": 0}),
    sequence("decoders", {"type": "ByteFallback"}, metaspace("first"))]
TOKENS = [
    "▁", "▁▁", "▁a", "a", "b", "d", "##b", "the</w>", " ", " x", "Ġ", "Ġa", "Ã", "©", "ð", "Ł", "¦", "Ļ", "é", "猫", ".", "?", "'", "n't", "do not",
    "'s", "<0xE4>", "<0xB8>", "<0xAD>", "<0xF0>", "<0xff>", "<0x41>", "<0x4G>", "<s>"]


def make_line(rng):
    kinds = rng.choices(list(WORDS), k=rng.choice([1, 1, 2, 3, 10]))
    pieces = [rng.choice(SEPARATORS)] if rng.random() < 0.1 else []
    for _ in range(rng.choice([1, 2, 5, 10, 15])):
        repeated = rng.random() < 0.02
        word = rng.choice("aé猫🦙 ") * rng.randint(1, 40) if repeated else rng.choice(WORDS[rng.choice(kinds)].split(" "))
        pieces += [word, rng.choice(SEPARATORS) if rng.random() < 0.3 else " "]
    return "".join(pieces[:-1] if rng.random() < 0.7 else pieces)


def make_texts(count, seed):
    rng = random.Random(seed)
    return VECTORS + [make_line(rng) for _ in range(count - len(VECTORS))]


def write_json(name, value):
    (DATA / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def expected_lines(description, texts):
    tokenizer, plain = (Tokenizer.from_str(json.dumps(description)) for _ in range(2))
    plain.encode_special_tokens = True
    ids = [tokenizer.encode(text).ids for text in texts]
    pairs = [tokenizer.encode(a, b) for a, b in zip(texts[:60:2], texts[1:60:2])]
    return {"ids": ids, "plain": [plain.encode(text, add_special_tokens=False).ids for text in texts[::3]],
            "decoded": [tokenizer.decode(line, skip_special_tokens=i % 2 == 0) for i, line in enumerate(ids[::3])],
            "pairs": [[pair.ids, pair.type_ids] for pair in pairs]}


def with_part(key, part, vocabulary):
    tokenizer = json.loads(Tokenizer(models.WordLevel(vocabulary, unk_token="<s>")).to_str())
    return Tokenizer.from_str(json.dumps({**tokenizer, key: part}))


def expected_parts(texts):
    texts = [text for text in texts if text]
    rng = random.Random(3)
    token_ids = [[rng.randrange(len(TOKENS)) for _ in range(rng.randint(1, 12))] for _ in range(150)]
    vocabulary = {token: i for i, token in enumerate(TOKENS)}
    normalised = [[part, [with_part("normalizer", part, vocabulary).normalizer.normalize_str(text) for text in texts]]
                  for part in NORMALIZERS]
    words = [[part, [[word for word, _ in with_part("pre_tokenizer", part, vocabulary).pre_tokenizer.pre_tokenize_str(text)]
                     for text in texts]] for part in PRE_TOKENIZERS]
    decoded = [[part, [with_part("decoder", part, vocabulary).decode(ids) for ids in token_ids]] for part in DECODERS]
    return {"texts": texts, "normalizers": normalised, "pre_tokenizers": words, "tokens": TOKENS, "token_ids": token_ids,
            "decoders": decoded}


def train_sentencepiece(name, lines, **options):
    """A model with a character map of a few rules: the usual ones take 200 kB."""
    model = io.BytesIO()
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as rules:
        for source, target in [("ﬁ", "fi"), ("ﬂ", "fl"), ("①", "1"), ("\t", " "), ("\u00a0", " "), ("\u3000", " "), ("™", "TM"),
                               ("e\u0301", "é"), ("\u200b", ""), ("ﷺ", "صلى")]:
            rules.write(" ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n")
        rules.flush()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=model, minloglevel=2, normalization_rule_tsv=rules.name,
            character_coverage=0.98, num_threads=1, **options)
    (DATA / name).write_bytes(model.getvalue())
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def expected_sentencepiece(texts):
    lines = [line.replace("\n", " ").replace("\x00", "") for line in make_texts(2000, 5)]
    texts = [text for text in texts if not any(token in text for token in ["<unk>", "<s>", "</s>", "\x00"])][:200]
    models = {
        "bpe.model": train_sentencepiece("bpe.model", lines, model_type="bpe", vocab_size=900, byte_fallback=True,
                                         remove_extra_whitespaces=False),
        "unigram.model": train_sentencepiece("unigram.model", lines, model_type="unigram", vocab_size=600)}
    ids = {name: [model.encode(text) for text in texts] for name, model in models.items()}
    decoded = {name: [model.decode(line) for line in ids[name]] for name, model in models.items()}
    return {"texts": texts, "ids": ids, "decoded": decoded}


def main():
    texts = make_texts(300, 1)
    cases = json.loads((DATA / "cases.json").read_text(encoding="utf-8"))
    write_json("lines.json", {"texts": texts, "tokenizers": {
        case["kind"]: expected_lines(case["tokenizer"], texts) for case in cases["tokenizers"]}})
    write_json("parts.json", expected_parts(texts[:60]))
    write_json("sentencepiece.json", expected_sentencepiece(texts))


if __name__ == "__main__":
    main()
