#include "core/families/parts/shipped_tokenizers.h"

#include <utility>

#include "core/families/parts/vocabulary_data.h"
#include "core/text/bpe_model.h"
#include "core/text/byte_level.h"
#include "core/text/vocabulary_files.h"

namespace fanlight {

namespace {

/// In the order of their ids, which begin behind the merges'. All but the first 14 may be part of a text.
constexpr std::pair<const char*, bool> qwen_added[] = {{"<|endoftext|>", true},      {"<|im_start|>", true},
                                                       {"<|im_end|>", true},         {"<|object_ref_start|>", true},
                                                       {"<|object_ref_end|>", true}, {"<|box_start|>", true},
                                                       {"<|box_end|>", true},        {"<|quad_start|>", true},
                                                       {"<|quad_end|>", true},       {"<|vision_start|>", true},
                                                       {"<|vision_end|>", true},     {"<|vision_pad|>", true},
                                                       {"<|image_pad|>", true},      {"<|video_pad|>", true},
                                                       {"<tool_call>", false},       {"</tool_call>", false},
                                                       {"<|fim_prefix|>", false},    {"<|fim_middle|>", false},
                                                       {"<|fim_suffix|>", false},    {"<|fim_pad|>", false},
                                                       {"<|repo_name|>", false},     {"<|file_sep|>", false},
                                                       {"<tool_response>", false},   {"</tool_response>", false},
                                                       {"<think>", false},           {"</think>", false}};

constexpr const char* qwen_words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// Everything but the model, as in a tokenizer.json.
Json qwen_parts() {
    Json added = Json::array();
    for (const auto& [content, special] : qwen_added)
        added.push_back({{"content", content},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", special}});
    const Json split = {
        {"type", "Split"}, {"pattern", {{"Regex", qwen_words}}}, {"behavior", "Isolated"}, {"invert", false}};
    const Json byte_level = {
        {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", false}, {"use_regex", false}};
    return {{"normalizer", {{"type", "NFC"}}},
            {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", {split, byte_level}}}},
            {"decoder", byte_level},
            {"added_tokens", std::move(added)}};
}

TextTokenizer make_qwen_tokenizer() {
    const std::string where = "qwen2_merges.txt";
    const Merges merges = parse_merges_txt(qwen_merges(), where);
    Vocabulary vocabulary;
    const auto add = [&](std::string token) {
        vocabulary.emplace(std::move(token), static_cast<int32_t>(vocabulary.size()));
    };
    for (std::string& symbol : sorted_byte_symbols()) add(std::move(symbol));
    for (const auto& [left, right] : merges) add(left + right);
    return TextTokenizer::around(
        std::make_unique<BpeModel>(Bpe(std::move(vocabulary), merges, where), BpeModel::Options{}), qwen_parts(),
        where);
}

}  // namespace

TextTokenizer qwen_tokenizer() {
    static const TextTokenizer tokenizer = make_qwen_tokenizer();
    return tokenizer;
}

TextTokenizer t5_tokenizer() {
    static const TextTokenizer tokenizer =
        TextTokenizer::from_tokenizer_json(parse_json(t5_tokenizer_json(), "t5_tokenizer.json"), "t5_tokenizer.json");
    return tokenizer;
}

}  // namespace fanlight
