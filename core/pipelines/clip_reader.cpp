#include "core/pipelines/clip_reader.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>

#include "core/batch/prompt_syntax.h"
#include "core/pipelines/load_component.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

/// All are called, so that their vectors' ids are in the order of embedding_vectors().
std::shared_ptr<PromptEmbeddings> called_embeddings(const ModelFolder& folder) {
    std::map<std::string, int64_t> vectors;
    std::vector<std::string> names;
    for (const auto& [name, file] : folder.embeddings()) {
        names.push_back(name);
        vectors[name] = file.vectors();
    }
    const auto measure = [vectors](const std::string& name) { return vectors.at(name); };
    auto embeddings = std::make_shared<PromptEmbeddings>(std::move(names), measure);
    for (size_t i = 0; i < embeddings->names().size(); ++i) embeddings->call(i);
    return embeddings;
}

const ClipTokenizer& taught(Tokenizer* tokenizer, const ModelFolder& folder) {
    auto* clip = dynamic_cast<ClipTokenizer*>(tokenizer);
    if (!clip) throw Error("The tokenizer of a CLIP text encoder is not CLIP's");
    clip->learn(called_embeddings(folder));
    return *clip;
}

CLIPTextModel load_encoder(const ModelFolder& folder, const Weights::Placement& placement, const ClipEncoder& encoder) {
    const Weights weights = folder.weights(encoder.component, placement);
    CLIPTextModel model(
        weights, clip_config(folder.files(), encoder),
        encoder.pools && encoder.projects ? CLIPTextModel::Projection::Yes : CLIPTextModel::Projection::No);
    check_complete(weights, holding({"position_ids"}));
    if (const at::Tensor vectors = folder.embedding_vectors(encoder.component); vectors.defined()) model.learn(vectors);
    return model;
}

/// A1111's arithmetic: z' = z * weight, and unless it is left out * mean(z) / mean(z * weight), over one chunk.
/// z: [1, L, D], weights: [1, L, 1] float32 -> like z
at::Tensor emphasized(const at::Tensor& z, const at::Tensor& weights, bool restores_mean) {
    // First over the width: a mean of all at once would depend on the number of threads.
    const auto mean = [](const at::Tensor& t) { return t.to(at::kDouble).mean(-1).mean(); };
    const at::Tensor weighted = z.to(at::kFloat) * weights;
    if (!restores_mean) return weighted.to(z.scalar_type());
    const at::Tensor before = mean(z), after = mean(weighted);
    const at::Tensor factor = at::where(after == 0, at::ones_like(after), before / after);
    return (weighted * factor.to(at::kFloat)).to(z.scalar_type());
}

/// To A1111 vectors are not tokens, of which one might be the largest.
std::vector<int64_t> words_of(std::vector<int64_t> ids) {
    std::replace_if(
        ids.begin(), ids.end(), [](int64_t id) { return id >= PromptEmbeddings::first_id; }, 0);
    return ids;
}

bool calls_embeddings(const std::vector<int64_t>& ids) {
    return std::any_of(ids.begin(), ids.end(), [](int64_t id) { return id >= PromptEmbeddings::first_id; });
}

std::string layers_text(const ClipEncoder& encoder) {
    return "left_out " + std::to_string(encoder.left_out) + (encoder.normed ? " normed" : "");
}

}  // namespace

ClipReader::ClipReader(const ModelFolder& folder, const Weights::Placement& placement, const ClipEncoder& encoder,
                       const Part& part)
    : encoder_(encoder),
      config_(clip_config(folder.files(), encoder)),
      owned_tokenizer_(open_shared_tokenizer(folder, encoder.tokenizer)),
      tokenizer_(taught(owned_tokenizer_.get(), folder)),
      make_room_(part.make_room),
      load_([folder, own = placement_of_encoders(placement, part), encoder] {
          return load_encoder(folder, own, encoder);
      }),
      device_(placement_of_encoders(placement, part).device),
      encoded_texts_(part.encoded_texts, folder, encoder.component, layers_text(encoder)) {
    if (!part.brief_encoders && !encoded_texts_) model_.emplace(load_());
}

const CLIPTextModel& ClipReader::model() const {
    if (model_) return *model_;
    if (make_room_) make_room_();
    return model_.emplace(load_());
}

ClipText ClipReader::read(const RowText& text, KnownTexts& known) const {
    if (text.emphasis == Emphasis::Literal) return read_literal(text, known);
    ClipText whole;
    std::vector<at::Tensor> hidden;
    for (const ClipChunk& chunk : clip_chunks(tokenizer_, weighted_parts(*text.text, text.emphasis))) {
        const bool is_first = hidden.empty();
        const ClipText read = read_chunk(chunk, text, is_first && encoder_.pools, known);
        hidden.push_back(read.hidden);
        if (is_first) whole.pooled = read.pooled;
    }
    whole.hidden = hidden.size() == 1 ? hidden.front() : at::cat(hidden, 1);
    return whole;
}

at::Tensor ClipReader::filled_up(const at::Tensor& hidden, int64_t tokens, int clip_skip, KnownTexts& known) const {
    const int64_t chunks = (tokens - hidden.size(1)) / tokenizer_.max_length();
    if (chunks == 0) return hidden;
    const RowText empty{.text = "", .emphasis = Emphasis::None, .clip_skip = clip_skip};
    std::vector<at::Tensor> all(static_cast<size_t>(chunks) + 1, read(empty, known).hidden);
    all.front() = hidden;
    return at::cat(all, 1);
}

ClipText ClipReader::remembered(const std::string& key, const std::vector<int64_t>& ids,
                                const std::vector<int64_t>& mask, bool pools, KnownTexts& known,
                                const std::function<ClipText()>& read) const {
    EncodedTexts nowhere;  // another run may have other embeddings of the same ids
    EncodedTexts& disk = calls_embeddings(ids) ? nowhere : encoded_texts_;
    const std::string own_key = encoder_.component + key + key_part(ids) + key_part(mask),
                      pooled_key = "pooled " + own_key;
    ClipText text{.hidden = known.find(own_key, {1, std::ssize(ids), config_.width}, disk)};
    if (pools) text.pooled = known.find(pooled_key, {1, pooled_width(config_, encoder_)}, disk);
    if (text.hidden.defined() && text.pooled.defined() == pools) return text;
    text = read();
    text.hidden = known.keep(own_key, text.hidden, disk);
    if (pools) text.pooled = known.keep(pooled_key, text.pooled, disk);
    return text;
}

ClipText ClipReader::read_literal(const RowText& text, KnownTexts& known) const {
    const Tokenizer::Encoded tokens = tokenizer_.encode(*text.text);
    const std::string key = std::to_string(text.clip_skip) + " ";
    return remembered(key, tokens.ids, tokens.mask, encoder_.pools, known, [&] {
        // Of vectors, too, the largest id may stand for the whole text, as in diffusers.
        const auto pooled_at = encoder_.pools ? std::optional(model().end_of(tokens.ids)) : std::nullopt;
        return encode(tokens.ids, tokens.mask, text.clip_skip, pooled_at);
    });
}

ClipText ClipReader::read_chunk(const ClipChunk& chunk, const RowText& text, bool pools, KnownTexts& known) const {
    const bool is_weighted = std::any_of(chunk.weights.begin(), chunk.weights.end(), [](float w) { return w != 1; });
    const bool restores_mean = is_weighted && text.emphasis != Emphasis::NoNorm;
    const std::string key = std::to_string(text.clip_skip) + (restores_mean ? "m" : "w") +
                            (is_weighted ? key_part(chunk.weights) : "") + " ";
    return remembered(key, chunk.ids, chunk.mask, pools, known, [&] {
        const auto pooled_at = pools ? std::optional(model().end_of(words_of(chunk.ids))) : std::nullopt;
        ClipText read = encode(chunk.ids, chunk.mask, text.clip_skip, pooled_at);
        if (!is_weighted) return read;
        const at::Tensor weights = to_device(at::tensor(chunk.weights, at::kFloat).view({1, -1, 1}), device_);
        read.hidden = emphasized(read.hidden, weights, restores_mean);
        return read;
    });
}

/// One text at a time, so that an embedding does not depend on the others.
ClipText ClipReader::encode(const std::vector<int64_t>& ids, const std::vector<int64_t>& mask, int clip_skip,
                            std::optional<int64_t> pooled_at) const {
    for (const int64_t id : ids)
        if (!model().knows(id))
            throw Error("The tokenizer gives id %1 and the text encoder knows %2 ids", id, model().vocabulary());
    const auto row = [&](const std::vector<int64_t>& numbers) {
        return to_device(at::tensor(numbers, at::kLong).unsqueeze(0), device_);
    };
    return model().forward(
        row(ids), row(mask),
        {.clip_skip = clip_skip, .left_out = encoder_.left_out, .normed = encoder_.normed, .pooled_at = pooled_at});
}

}  // namespace fanlight
