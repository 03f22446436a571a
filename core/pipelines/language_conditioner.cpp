#include "core/pipelines/language_conditioner.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/pipelines/load_component.h"

namespace fanlight {

namespace {

std::string states_text(const LanguageReading& reading) {
    std::string words = "states";
    for (const int64_t state : reading.states) words += " " + std::to_string(state);
    return reading.with_padding ? words + " with padding" : words;
}

}  // namespace

LanguageConditioner::LanguageConditioner(const ModelFolder& folder, const Weights::Placement& placement,
                                         LanguageReading reading, int64_t width, const Part& part)
    : reading_(std::move(reading)),
      width_(width),
      brief_(part.brief_encoders),
      make_room_(part.make_room),
      load_([folder, placement = placement_of_encoders(placement, part), reading = reading_] {
          return TextEncoder(folder, reading.component, placement, reading.states);
      }),
      tokenizer_(open_shared_tokenizer(folder, reading_.tokenizer)),
      known_(placement),
      encoded_texts_(part.encoded_texts, folder, reading_.component, states_text(reading_)) {
    if (!brief_ && !encoded_texts_) encoder_.emplace(load_());
}

const TextEncoder& LanguageConditioner::encoder() {
    if (encoder_) return *encoder_;
    if (make_room_) make_room_();
    return encoder_.emplace(load_());
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
    const PaddedTexts tokens = tokens_of(text);
    const at::Tensor ids = tokens.ids.masked_select(tokens.mask);  // how many are padding follows from it
    const int64_t* first = ids.const_data_ptr<int64_t>();
    const std::string key = key_part(std::vector<int64_t>(first, first + ids.numel()));
    const at::Tensor known = known_.find(key, {1, tokens.ids.size(1), width_}, encoded_texts_);
    return known.defined() ? known : known_.keep(key, encoded(tokens), encoded_texts_);
}

at::Tensor LanguageConditioner::encoded(const PaddedTexts& tokens) {
    const at::Tensor hidden = at::cat(encoder().hidden_states(tokens), -1);
    if (hidden.size(-1) != width_)
        throw Error("The text encoder gives tokens of %1 numbers and the network expects %2", hidden.size(-1), width_);
    return hidden;
}

Conditioning LanguageConditioner::conditioning_of(const std::vector<RowText>& texts) {
    std::vector<Conditioning> rows;
    for (const RowText& text : texts) rows.push_back({.context = read(text.text.value_or(std::string()))});
    leave();
    return joined(rows);
}

void LanguageConditioner::read_ahead(const std::set<RowText>& texts) {
    for (const RowText& text : texts)
        if (known_.has_room()) read(text.text.value_or(std::string()));
    leave();
}

}  // namespace fanlight
