#include "core/pipelines/language_conditioner.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/pipelines/load_component.h"

namespace fanlight {

LanguageConditioner::LanguageConditioner(const ModelFolder& folder, const Weights::Placement& placement,
                                         LanguageReading reading, int64_t width, bool brief)
    : reading_(std::move(reading)),
      width_(width),
      brief_(brief),
      load_([folder, placement, reading = reading_] {
          return TextEncoder(folder, reading.component, placement, reading.states);
      }),
      tokenizer_(open_shared_tokenizer(folder, reading_.tokenizer)),
      embeddings_(placement.device) {
    if (!brief) encoder_.emplace(load_());
}

const TextEncoder& LanguageConditioner::encoder() {
    if (!encoder_) encoder_.emplace(load_());
    return *encoder_;
}

void LanguageConditioner::leave() {
    if (brief_) encoder_.reset();
}

PaddedTexts LanguageConditioner::tokens_of(const std::string& text) const {
    Tokenizer::Encoded tokens = tokenizer_->encode(text);
    const auto whole = static_cast<int64_t>(tokens.ids.size());
    const int64_t pad_id = tokens.ids.back();
    tokens.ids.resize(static_cast<size_t>(std::count(tokens.mask.begin(), tokens.mask.end(), 1)));
    // No token sees what is behind it, so padding that nobody asks for need not be read.
    const int64_t length = reading_.with_padding ? whole : std::ssize(tokens.ids);
    return padded({std::move(tokens.ids)}, length, pad_id, PaddingSide::Right);
}

at::Tensor LanguageConditioner::read(const std::string& text) {
    if (const at::Tensor known = embeddings_.find(text); known.defined()) return known;
    const at::Tensor hidden = at::cat(encoder().hidden_states(tokens_of(text)), -1);
    if (hidden.size(-1) != width_)
        throw Error("The text encoder gives tokens of %1 numbers and the network expects %2", hidden.size(-1), width_);
    embeddings_.keep(text, hidden);
    return hidden;
}

Conditioning LanguageConditioner::conditioning_of(const std::vector<RowText>& texts) {
    std::vector<Conditioning> rows;
    for (const RowText& text : texts) rows.push_back({.context = read(text.text.value_or(std::string()))});
    leave();
    return joined(rows);
}

void LanguageConditioner::read_ahead(const std::set<RowText>& texts) {
    for (const RowText& text : texts) read(text.text.value_or(std::string()));
    leave();
}

}  // namespace fanlight
