#include "core/families/stable_diffusion/network/text_conditioner.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>

#include "core/batch/prompt_syntax.h"
#include "core/pipelines/load_component.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

const ClipTokenizer& clip(const Tokenizer* tokenizer) {
    const auto* clip = dynamic_cast<const ClipTokenizer*>(tokenizer);
    if (!clip) throw Error("The tokenizer of a CLIP text encoder is not CLIP's");
    return *clip;
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

std::string bytes_of(const auto& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(numbers[0])};
}

}  // namespace

TextConditioner::TextConditioner(const ModelFolder& folder, const Weights::Placement& placement, int64_t context_dim)
    : device_(placement.device),
      context_dim_(context_dim),
      owned_tokenizer_(folder.family().tokenizers.front().open(folder.files())),
      tokenizer_(clip(owned_tokenizer_.get())),
      text_encoder_(load_component<CLIPTextModel>(folder, "text_encoder", placement, {"position_ids"})),
      embeddings_(placement.device) {}

void TextConditioner::check(const ImageTask& image) const {
    if (clip_layout(tokenizer_, image).chunks != image.prompt_layout().chunks)
        throw Error(
            "The prompt has other chunks of tokens than the plan of the run says; it was planned for another model, or "
            "changed");
}

at::Tensor TextConditioner::encode(const std::vector<int64_t>& ids, const std::vector<int64_t>& mask,
                                   int clip_skip) const {
    for (const int64_t id : ids)
        if (id < 0 || id >= text_encoder_.vocabulary())
            throw Error("The tokenizer gives id %1 and the text encoder knows %2 ids", id, text_encoder_.vocabulary());
    const auto row = [&](const std::vector<int64_t>& numbers) {
        return to_device(at::tensor(numbers, at::kLong).unsqueeze(0), device_);
    };
    // One text at a time, so that an embedding does not depend on the others.
    const at::Tensor embedding = text_encoder_.forward(row(ids), row(mask), clip_skip);
    if (embedding.size(-1) != context_dim_)
        throw Error("The text encoder is %1 wide and the unet expects %2", embedding.size(-1), context_dim_);
    return embedding;
}

at::Tensor TextConditioner::embed_literal(const RowText& text) {
    const std::string key = std::to_string(text.clip_skip) + " " + text.text;
    if (const at::Tensor known = embeddings_.find(key); known.defined()) return known;
    const Tokenizer::Encoded tokens = tokenizer_.encode(text.text);
    const at::Tensor embedding = encode(tokens.ids, tokens.mask, text.clip_skip);
    embeddings_.keep(key, embedding);
    return embedding;
}

at::Tensor TextConditioner::embed_chunk(const ClipChunk& chunk, Emphasis emphasis, int clip_skip) {
    const bool is_weighted = std::any_of(chunk.weights.begin(), chunk.weights.end(), [](float w) { return w != 1; });
    const bool restores_mean = is_weighted && emphasis != Emphasis::NoNorm;
    const std::string key = std::to_string(clip_skip) + (restores_mean ? "m" : "w") + bytes_of(chunk.ids) +
                            (is_weighted ? bytes_of(chunk.weights) : "");
    if (const at::Tensor known = embeddings_.find(key); known.defined()) return known;
    at::Tensor embedding = encode(chunk.ids, chunk.mask, clip_skip);
    if (is_weighted) {
        const at::Tensor weights = to_device(at::tensor(chunk.weights, at::kFloat).view({1, -1, 1}), device_);
        embedding = emphasized(embedding, weights, restores_mean);
    }
    embeddings_.keep(key, embedding);
    return embedding;
}

at::Tensor TextConditioner::embed(const RowText& text) {
    if (text.emphasis == Emphasis::Literal) return embed_literal(text);
    std::vector<at::Tensor> chunks;
    for (const ClipChunk& chunk : clip_chunks(tokenizer_, weighted_parts(text.text, text.emphasis)))
        chunks.push_back(embed_chunk(chunk, text.emphasis, text.clip_skip));
    return chunks.size() == 1 ? chunks.front() : at::cat(chunks, 1);
}

Conditioning TextConditioner::conditioning_of(const std::vector<RowText>& texts) {
    std::map<RowText, at::Tensor> embedded;  // each text once
    std::vector<Conditioning> rows;
    for (const RowText& text : texts) {
        at::Tensor& embedding = embedded[text];
        if (!embedding.defined()) embedding = embed(text);
        rows.push_back({embedding});
    }
    return joined(rows);
}

}  // namespace fanlight
