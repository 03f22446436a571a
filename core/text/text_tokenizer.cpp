#include "core/text/text_tokenizer.h"

#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/sentencepiece.h"
#include "core/text/tokenizer_parts.h"
#include "core/text/unicode.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kMaxFileBytes = 64u << 20;

/// The last step: collects the text.
class TextSink : public DecoderStep {
public:
    explicit TextSink(std::string& text) : text_(text) {}

    void text(std::string_view part) override { text_ += part; }
    void end_token() override {}
    void finish() override {}

private:
    std::string& text_;
};

const Json& part_of(const Json& description, const char* key) {
    static const Json none;
    const auto found = description.find(key);
    return found == description.end() ? none : *found;
}

}  // namespace

TextTokenizer::Parts::Parts(std::unique_ptr<const TokenModel> token_model, const Json& description, const Place& where)
    : normalizer(make_normalizer(part_of(description, "normalizer"), where)),
      pre_tokenizer(make_pre_tokenizer(part_of(description, "pre_tokenizer"), where)),
      model(std::move(token_model)),
      post_processor(make_post_processor(part_of(description, "post_processor"), where)),
      decoder(make_decoder(part_of(description, "decoder"), where)) {
    added = AddedVocabulary(parse_added_tokens(part_of(description, "added_tokens"), where), *model, normalizer);
}

const std::string* TextTokenizer::Parts::token_of(int64_t id) const {
    const std::string* token = added.token_of(id);
    return token ? token : model->token_of(id);
}

TextTokenizer::TextTokenizer(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

TextTokenizer TextTokenizer::from_tokenizer_json(const Json& tokenizer_json, const Place& where) {
    if (!tokenizer_json.is_object() || !tokenizer_json.contains("model"))
        throw Error("%1: \"model\" is missing", where);
    return around(make_token_model(tokenizer_json["model"], where), tokenizer_json, where);
}

TextTokenizer TextTokenizer::around(std::unique_ptr<const TokenModel> model, const Json& description,
                                    const Place& where) {
    return TextTokenizer(std::make_shared<Parts>(std::move(model), description, where));
}

TextTokenizer TextTokenizer::load(const fs::path& folder) {
    std::error_code unreachable;
    if (const fs::path file = folder / "tokenizer.json"; fs::exists(file, unreachable))
        return from_tokenizer_json(read_json_file(file, kMaxFileBytes), file.string());
    const fs::path config = folder / "tokenizer_config.json";
    for (const char* name : {"tokenizer.model", "spiece.model"})
        if (const fs::path file = folder / name; fs::exists(file, unreachable))
            return from_sentencepiece(parse_sentencepiece(read_file(file, kMaxFileBytes), file.string()),
                                      fs::exists(config, unreachable) ? read_python_json_file(config) : Json(),
                                      file.string());
    throw Error("No tokenizer in %1: it needs tokenizer.json, tokenizer.model or spiece.model", folder);
}

void TextTokenizer::encode_text(std::string_view text, bool read_special_tokens, std::vector<int64_t>& ids) const {
    check_text_size(text.size());
    const std::string valid = valid_utf8(text);
    for (const auto& piece : parts_->added.raw().split(valid, read_special_tokens)) {
        if (piece.id)
            ids.push_back(*piece.id);
        else if (!piece.text.empty())
            parts_->encode_raw(piece.text, piece.text.data() == valid.data(), read_special_tokens, ids);
    }
}

void TextTokenizer::Parts::encode_raw(std::string_view text, bool first, bool read_special_tokens,
                                      std::vector<int64_t>& ids) const {
    std::string normalised(text);
    normalizer(normalised);
    for (const auto& piece : added.normalised().split(normalised, read_special_tokens)) {
        if (piece.id) {
            ids.push_back(*piece.id);
        } else if (!piece.text.empty()) {
            const bool first_piece = first && piece.text.data() == normalised.data();
            Words words{std::string(piece.text), {{0, piece.text.size(), first_piece}}};
            pre_tokenizer(words);
            model->encode(words, ids);
        }
    }
}

Encoding TextTokenizer::encode_all(std::span<const std::string_view> texts, const Options& options) const {
    std::vector<Encoding> encodings;
    for (const std::string_view text : texts) {
        Encoding encoding;
        encode_text(text, options.read_special_tokens, encoding.ids);
        encoding.type_ids.assign(encoding.ids.size(), static_cast<int64_t>(encodings.size()));
        encodings.push_back(std::move(encoding));
    }
    parts_->post_processor(encodings, options.add_special_tokens);
    Encoding all;
    for (const Encoding& encoding : encodings) all.append(encoding);
    return all;
}

std::vector<int64_t> TextTokenizer::encode(std::string_view text, const Options& options) const {
    return encode_all(std::array{text}, options).ids;
}

Encoding TextTokenizer::encode_pair(std::string_view first, std::string_view second, const Options& options) const {
    return encode_all(std::array{first, second}, options);
}

std::string TextTokenizer::decode(std::span<const int64_t> ids, bool skip_special_tokens) const {
    TextStream stream(*this, skip_special_tokens);
    std::string text;
    for (const int64_t id : ids) {
        text += stream.add(id);
        check_text_size(text.size());
    }
    return text + stream.finish();
}

std::optional<int64_t> TextTokenizer::id_of(std::string_view token) const {
    const std::optional<int32_t> id = parts_->added.id_of(token);
    return id ? id : parts_->model->id_of(token);
}

std::optional<std::string> TextTokenizer::token_of(int64_t id) const {
    const std::string* token = parts_->token_of(id);
    return token ? std::optional(*token) : std::nullopt;
}

size_t TextTokenizer::size() const { return parts_->model->size() + parts_->added.surplus(); }

std::vector<int64_t> TextTokenizer::special_ids() const { return parts_->added.special_ids(); }

TextStream::TextStream(TextTokenizer tokenizer, bool skip_special_tokens)
    : tokenizer_(std::move(tokenizer)),
      skip_special_tokens_(skip_special_tokens),
      steps_(tokenizer_.parts_->decoder(std::make_unique<TextSink>(*text_))) {}

std::string TextStream::add(int64_t id) {
    const std::string* token = tokenizer_.parts_->token_of(id);
    if (!token || (skip_special_tokens_ && tokenizer_.parts_->added.is_special(*token))) return {};
    steps_->text(*token);
    steps_->end_token();
    return take();
}

std::string TextStream::finish() {
    steps_->finish();
    return take();
}

std::string TextStream::take() { return std::exchange(*text_, {}); }

}  // namespace fanlight
