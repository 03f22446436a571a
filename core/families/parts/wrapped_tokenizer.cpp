#include "core/families/parts/wrapped_tokenizer.h"

#include <algorithm>

#include "core/base/text.h"

namespace fanlight {

namespace {

/// A token in a tokenizer's config: its text, or an object that says more of it.
std::string token_text(const Json& token) {
    const Json content = token.is_object() ? token.value("content", Json()) : token;
    return content.is_string() ? content.get<std::string>() : std::string();
}

}  // namespace

WrappedTokenizer::WrappedTokenizer(TextTokenizer tokenizer, PromptWrap wrap, int64_t pad_id)
    : tokenizer_(std::move(tokenizer)), wrap_(std::move(wrap)), pad_id_(pad_id), around_(std::ssize(wrapped(""))) {}

std::vector<int64_t> WrappedTokenizer::wrapped(std::string_view text) const {
    return tokenizer_.encode(std::string(wrap_.before).append(text).append(wrap_.after));
}

Tokenizer::Encoded WrappedTokenizer::encode(std::string_view text) const {
    Encoded encoded{.ids = wrapped(text)};
    encoded.text_tokens = std::max<int64_t>(0, std::ssize(encoded.ids) - around_);
    const auto most = static_cast<size_t>(wrap_.max_length), read = std::min(encoded.ids.size(), most);
    if (wrap_.keeps_end && read < encoded.ids.size())
        std::copy(encoded.ids.end() - around_, encoded.ids.end(), encoded.ids.begin() + wrap_.max_length - around_);
    encoded.ids.resize(read);
    encoded.mask.assign(read, 1);
    encoded.ids.resize(most, pad_id_);
    encoded.mask.resize(most, 0);
    return encoded;
}

std::unique_ptr<Tokenizer> open_wrapped_tokenizer(const ModelFiles& model, const std::string& component,
                                                  PromptWrap wrap, TextTokenizer (*shipped)()) {
    const std::string place = model.place_of(component);
    TextTokenizer tokenizer = model.is_single_file() ? shipped() : TextTokenizer::load(model.folder_of(component));
    const std::string pad = token_text(model.config(component).value("pad_token", Json(wrap.padding)));
    const auto pad_id = tokenizer.id_of(pad);
    if (!pad_id) throw Error("%1: the vocabulary lacks the padding token %2", place, in_quotes(pad));
    auto wrapped = std::make_unique<WrappedTokenizer>(std::move(tokenizer), std::move(wrap), *pad_id);
    if (wrapped->room() < 1)
        throw Error(
            "%1: the tokenizer puts %2 tokens around each prompt, and the text encoder reads %3; download the model "
            "again.",
            place, wrapped->max_length() - wrapped->room(), wrapped->max_length());
    return wrapped;
}

}  // namespace fanlight
