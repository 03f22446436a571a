#include "core/base/json.h"
#include "core/families/families.h"
#include "core/families/parts/clip_tokenizer.h"
#include "core/text/sentencepiece.h"
#include "core/text/text_tokenizer.h"
#include "core/text/vocabulary_files.h"
#include "tests/fuzz/targets.h"
#include "tests/support/places.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view odd_text = "It's 2024: na\u00efve \u732b\u304c\U0001F999 e\u0301  x<s> \uFB01\n";

const std::vector<std::string> tokenizer_files = {"tokenizer.json",          "tokenizer_config.json", "vocab.json",
                                                  "special_tokens_map.json", "added_tokens.json",     "merges.txt"};

void check_round(const TextTokenizer& tokenizer, std::string_view text) {
    const Encoding pair = tokenizer.encode_pair(text, "a b", {.read_special_tokens = text.size() % 2 == 0});
    expect(pair.ids.size() == pair.type_ids.size(), "ids lack their types");
    for (const bool skip : {false, true}) expect_utf8(tokenizer.decode(pair.ids, skip));
}

void read_tokenizer_json(std::string_view bytes) {
    check_round(TextTokenizer::from_tokenizer_json(parse_json(bytes, where), where), odd_text);
}

/// A text of any bytes, through one tokenizer of each kind.
void read_text(std::string_view bytes) {
    static const std::vector<TextTokenizer> tokenizers = [] {
        std::vector<TextTokenizer> made;
        for (const char* kind : {"llama", "gemma3", "gpt2", "t5", "qwen3"})
            made.push_back(TextTokenizer::load(source_path(std::string("/tests/golden/data/language_models/") + kind)));
        made.push_back(TextTokenizer::load(source_path("/tests/golden/data/classifiers/bert")));
        return made;
    }();
    for (const TextTokenizer& tokenizer : tokenizers) check_round(tokenizer, bytes);
}

void read_sentencepiece(std::string_view bytes) {
    const auto model = parse_sentencepiece(bytes, "fuzz.model");
    const auto tokenizer = TextTokenizer::from_sentencepiece(model, {{"add_eos_token", true}}, "fuzz.model");
    const auto ids = tokenizer.encode(odd_text);
    for (const int64_t id : ids) expect(tokenizer.token_of(id).has_value(), "an id has no token");
    expect_utf8(tokenizer.decode(ids, false));
}

void read_clip_tokenizer(std::string_view bytes) {
    with_folder(bytes, tokenizer_files, [](const fs::path& folder) {
        const auto tokenizer = load_clip_tokenizer(folder);
        const Tokenizer::Encoded encoded = tokenizer->encode(odd_text);
        expect(static_cast<int64_t>(encoded.ids.size()) == tokenizer->max_length(), "a prompt has another length");
    });
}

/// In place of that of a model that a language model reads prompts for.
void read_wrapped_tokenizer(std::string_view bytes) {
    with_folder(bytes, tokenizer_files, [](const fs::path& folder) {
        std::vector<std::function<void()>> readers;
        for (const auto& [name, component] : {std::pair("z_image", "tokenizer"), {"flux_1", "tokenizer_2"}})
            readers.emplace_back([&folder, name, component] {
                const fs::path golden = source_path(std::string("/tests/golden/data/pipelines/") + name),
                               model = folder / name;
                fs::create_directories(model);
                for (const auto& entry : fs::directory_iterator(golden))
                    if (entry.path().filename() != component)
                        fs::create_symlink(entry.path(), model / entry.path().filename());
                fs::create_directory(model / component);
                for (const std::string& file : tokenizer_files)
                    if (fs::exists(folder / file)) fs::copy(folder / file, model / component / file);
                const auto tokenizer = open_tokenizer(model);
                const Tokenizer::Encoded encoded = tokenizer->encode(odd_text);
                const auto length = static_cast<size_t>(tokenizer->max_length());
                expect(encoded.ids.size() == length && encoded.mask.size() == length, "a prompt has another length");
                expect(tokenizer->room() > 0, "a tokenizer has no room for prompts");
            });
        read_by_any(readers);
    });
}

std::vector<std::string> wrapped_tokenizers() {
    std::vector<std::string> seeds;
    for (const char* name : {"z_image/tokenizer", "flux_1/tokenizer_2"})
        seeds.push_back(folder_seed(source_path(std::string("/tests/golden/data/pipelines/") + name), tokenizer_files));
    return seeds;
}

void read_merges(std::string_view bytes) { parse_merges_txt(bytes, "merges.txt"); }

std::vector<std::string> clip_folders() {
    std::vector<std::string> seeds;
    for (const char* name : {"both", "odd", "decoder"})
        seeds.push_back(folder_seed(source_path(std::string("/tests/golden/data/text/") + name), tokenizer_files));
    return seeds;
}

std::vector<std::string> sentencepiece_models() {
    std::vector<std::string> seeds = golden_files("bpe.model");
    for (std::string& file : golden_files("unigram.model")) seeds.push_back(std::move(file));
    return seeds;
}

}  // namespace

std::vector<FuzzTarget> tokenizer_targets() {
    return {
        {"tokenizer_json", read_tokenizer_json, golden_files("tokenizer.json")},
        {"sentencepiece", read_sentencepiece, sentencepiece_models()},
        {"clip_tokenizer", read_clip_tokenizer, clip_folders()},
        {"wrapped_tokenizer", read_wrapped_tokenizer, wrapped_tokenizers()},
        {"merges", read_merges, {"#version: 0.2\na b\nab c</w>\n"}},
        {"tokenized_text", read_text, {std::string(odd_text), "<s>[INST] a</s>\u2581\u00ADx\r\n\t"}},
    };
}

}  // namespace fanlight
