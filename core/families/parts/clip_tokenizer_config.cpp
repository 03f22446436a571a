#include "core/families/parts/clip_tokenizer_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "core/base/error.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kMaxPromptLength = 1 << 16;
constexpr double kNoLimit = 1e20;  // transformers writes 1e30 if a tokenizer has no limit

/// In the order in which transformers adds them to the vocabulary.
constexpr std::array kNamedTokens{"bos_token", "eos_token", "unk_token", "sep_token",
                                  "pad_token", "cls_token", "mask_token"};

using NamedTokens = std::map<std::string, std::optional<AddedToken>>;

/// The declared tokens by their ids in the files, which matter only for the order in which tokens are added.
using DeclaredTokens = std::map<int64_t, AddedToken>;

struct JsonFile {
    std::string where;
    Json object;
};

JsonFile read_optional(const fs::path& file) {
    JsonFile read{file.string(), Json::object()};
    std::error_code unreachable;
    if (fs::exists(file, unreachable)) read.object = read_json_file(file);
    if (!read.object.is_object()) throw Error("%1: must hold a JSON object", read.where);
    return read;
}

bool is_named(const NamedTokens& named, const Json& value) {
    const Json content = value.is_object() ? value.value("content", Json()) : value;
    return std::any_of(named.begin(), named.end(),
                       [&](const auto& entry) { return entry.second && content == entry.second->content; });
}

/// A token given as plain text is special and never normalised.
AddedToken parse_token(const Json& value, bool special, const char* key, const Place& where) {
    if (value.is_string()) return {.content = value.get<std::string>()};
    if (!value.is_object()) detail::throw_wrong_type(key, value, where);
    special = special || optional_or(value, "special", false, where);
    return {.content = required<std::string>(value, "content", where),
            .single_word = optional_or(value, "single_word", false, where),
            .lstrip = optional_or(value, "lstrip", false, where),
            .rstrip = optional_or(value, "rstrip", false, where),
            .normalized = optional_or(value, "normalized", !special, where),
            .special = special};
}

void read_named(const JsonFile& file, NamedTokens& named) {
    for (const char* key : kNamedTokens) {
        const auto value = file.object.find(key);
        if (value == file.object.end()) continue;
        named[key] = value->is_null() ? std::nullopt : std::optional(parse_token(*value, true, key, file.where));
    }
}

/// "additional_special_tokens" is the old key, used only if there is nothing under the new one.
void read_extra(const JsonFile& file, const NamedTokens& named, std::vector<AddedToken>& extra) {
    for (const char* key : {"extra_special_tokens", "additional_special_tokens"}) {
        const Json list = optional_or(file.object, key, Json::array(), file.where);
        if (!list.is_structured()) detail::throw_wrong_type(key, list, file.where);
        for (const Json& value : list) extra.push_back(parse_token(value, is_named(named, value), key, file.where));
        if (!extra.empty()) return;
    }
}

DeclaredTokens read_added_tokens_decoder(const JsonFile& config, const NamedTokens& named) {
    constexpr const char* key = "added_tokens_decoder";
    const Json& entries = config.object.at(key);
    if (!entries.is_object()) detail::throw_wrong_type(key, entries, config.where);
    DeclaredTokens declared;
    for (const auto& [text, value] : entries.items()) {
        int64_t id = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
        if (failure != std::errc() || end != text.data() + text.size() || !value.is_object())
            throw Error("%1: \"added_tokens_decoder\" must map ids to tokens, not %2 to %3", config.where,
                        excerpt(to_line(text)), excerpt(to_line(value)));
        declared[id] = parse_token(value, is_named(named, value), key, config.where);
    }
    return declared;
}

void read_tokenizer_json(const Json& tokenizer_json, const Place& where, const NamedTokens& named,
                         DeclaredTokens& declared) {
    const Json list = optional_or(tokenizer_json, "added_tokens", Json::array(), where);
    if (!list.is_array()) detail::throw_wrong_type("added_tokens", list, where);
    for (const Json& value : list)
        declared[required<int64_t>(value, "id", where)] =
            parse_token(value, is_named(named, value), "added_tokens", where);
}

void read_added_tokens_json(const JsonFile& file, const std::vector<AddedToken>& special, DeclaredTokens& declared) {
    for (const auto& entry : file.object.items()) {
        const std::string& content = entry.key();
        const bool is_special = std::any_of(special.begin(), special.end(),
                                            [&](const AddedToken& token) { return token.content == content; });
        declared[required<int64_t>(file.object, content.c_str(), file.where)] = {
            .content = content, .normalized = !is_special, .special = is_special};
    }
}

std::vector<AddedToken> in_order(const NamedTokens& named, const std::vector<AddedToken>& extra) {
    std::vector<AddedToken> tokens;
    for (const char* key : kNamedTokens)
        if (const auto token = named.find(key); token != named.end() && token->second) tokens.push_back(*token->second);
    tokens.insert(tokens.end(), extra.begin(), extra.end());
    return tokens;
}

/// Declared tokens come first, and their flags override those of the special tokens.
std::vector<AddedToken> merged(const DeclaredTokens& declared, const std::vector<AddedToken>& special) {
    std::vector<AddedToken> tokens;
    for (const auto& [id, token] : declared) tokens.push_back(token);
    const std::vector<AddedToken> first = tokens;
    for (const AddedToken& token : special) {
        const bool known = std::any_of(first.begin(), first.end(),
                                       [&](const AddedToken& other) { return other.content == token.content; });
        if (!known && std::find(tokens.begin(), tokens.end(), token) == tokens.end()) tokens.push_back(token);
    }
    return tokens;
}

std::string named_token(const NamedTokens& named, const char* key, const Place& where) {
    const std::optional<AddedToken>& token = named.at(key);
    if (!token || token->content.empty()) throw Error("%1: \"%2\" is empty, and a CLIP tokenizer needs it", where, key);
    return token->content;
}

int64_t max_length(const JsonFile& config, int64_t fallback) {
    const char* key = config.object.contains("model_max_length") ? "model_max_length" : "max_len";
    const double length = optional_or(config.object, key, kNoLimit * 10, config.where);
    if (length > kNoLimit) return fallback;
    if (length < 2 || length > kMaxPromptLength || length != std::floor(length))
        throw Error("%1: \"%2\" must be a whole number from 2 to %3, not %4", config.where, key, kMaxPromptLength,
                    to_line(config.object.at(key)));
    return static_cast<int64_t>(length);
}

/// "left" or "right" in tokenizer_config.json, else "Left" or "Right" in a section of tokenizer.json.
bool is_left(const JsonFile& config, const char* key, const Json& tokenizer_json, const char* section) {
    const Json settings = optional_or(tokenizer_json, section, Json::object(), config.where);
    const auto direction = optional_or<std::string>(settings, "direction", "Right", config.where);
    const auto side =
        optional_or<std::string>(config.object, key, direction == "Left" ? "left" : "right", config.where);
    if (side != "left" && side != "right")
        throw Error("%1: \"%2\" must be left or right, not %3", config.where, key, excerpt(to_line(side)));
    return side == "left";
}

}  // namespace

ClipTokenizerConfig read_clip_tokenizer_config(const fs::path& folder, const Json& tokenizer_json) {
    const JsonFile config = read_optional(folder / "tokenizer_config.json");
    NamedTokens named;
    named["bos_token"] = AddedToken{.content = "<|startoftext|>"};
    named["eos_token"] = named["unk_token"] = named["pad_token"] = AddedToken{.content = "<|endoftext|>"};
    std::vector<AddedToken> extra;
    DeclaredTokens declared;
    read_named(config, named);
    if (config.object.contains("added_tokens_decoder")) {
        read_extra(config, named, extra);
        declared = read_added_tokens_decoder(config, named);
    } else {
        const JsonFile special_tokens_map = read_optional(folder / "special_tokens_map.json");
        read_named(special_tokens_map, named);
        read_extra(config, named, extra);
        read_extra(special_tokens_map, named, extra);
        read_added_tokens_json(read_optional(folder / "added_tokens.json"), in_order(named, extra), declared);
        read_tokenizer_json(tokenizer_json, (folder / "tokenizer.json").string(), named, declared);
    }

    ClipTokenizerConfig result;
    result.begin_token = named_token(named, "bos_token", config.where);
    result.end_token = named_token(named, "eos_token", config.where);
    result.pad_token = named_token(named, "pad_token", config.where);
    result.unknown_token = named["unk_token"].value_or(AddedToken{}).content;
    result.added_tokens = merged(declared, in_order(named, extra));
    result.max_length = max_length(config, result.max_length);
    result.pads_left = is_left(config, "padding_side", tokenizer_json, "padding");
    result.truncates_left = is_left(config, "truncation_side", tokenizer_json, "truncation");
    result.splits_special_tokens = optional_or(config.object, "split_special_tokens", false, config.where);
    return result;
}

}  // namespace fanlight
