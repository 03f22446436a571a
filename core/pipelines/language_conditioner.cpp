#include "core/pipelines/language_conditioner.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/pipelines/load_component.h"

namespace fanlight {

namespace {

std::string states_text(const LanguageReading& reading) {
    std::string words = "states";
    for (const int64_t state : reading.states) words += " " + std::to_string(state);
    if (reading.with_padding) words += " with padding";
    return reading.attends_padding ? words + " that is attended" : words;
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
    if (reading_.pooled_by) pooler_.emplace(folder, placement, *reading_.pooled_by, part);
    if (!brief_ && !encoded_texts_) encoder_.emplace(load_());
}

const TextEncoder& LanguageConditioner::encoder() {
    if (encoder_) return *encoder_;
    if (make_room_) make_room_();
    return encoder_.emplace(load_());
}

void LanguageConditioner::leave() {
    if (!brief_) return;
    encoder_.reset();
    if (pooler_) pooler_->leave();
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

Conditioning LanguageConditioner::read(const RowText& text) {
    const std::string first = text.text.value_or(std::string());
    if (!pooler_) return {.context = states_of(first)};
    const RowText literal{.text = first};
    return {.context = states_of(text.second.value_or(first)), .pooled = pooler_->read(literal, known_).pooled};
}

at::Tensor LanguageConditioner::states_of(const std::string& text) {
    const PaddedTexts tokens = tokens_of(text);
    const at::Tensor ids = tokens.ids.masked_select(tokens.mask);  // how many are padding follows from it
    const int64_t* first = ids.const_data_ptr<int64_t>();
    const std::string key = key_part(std::vector<int64_t>(first, first + ids.numel()));
    const at::Tensor known = known_.find(key, {1, tokens.ids.size(1), width_}, encoded_texts_);
    return known.defined() ? known : known_.keep(key, encoded(tokens), encoded_texts_);
}

at::Tensor LanguageConditioner::encoded(const PaddedTexts& tokens) {
    PaddedTexts seen = tokens;
    if (reading_.attends_padding) seen.mask = at::ones_like(tokens.mask);
    const at::Tensor hidden = at::cat(encoder().hidden_states(seen), -1);
    if (hidden.size(-1) != width_)
        throw Error("The text encoder gives tokens of %1 numbers and the network expects %2", hidden.size(-1), width_);
    return hidden;
}

Conditioning LanguageConditioner::conditioning_of(const std::vector<RowText>& texts) {
    std::vector<Conditioning> rows;
    for (const RowText& text : texts) rows.push_back(read(text));
    leave();
    return joined(rows);
}

void LanguageConditioner::read_ahead(const std::set<RowText>& texts) {
    for (const RowText& text : texts)
        if (known_.has_room()) read(text);
    leave();
}

}  // namespace fanlight
