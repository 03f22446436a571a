#include "core/families/stable_diffusion/network/text_conditioner.h"

#include <ATen/ATen.h>

#include <map>

#include "core/pipelines/load_component.h"
#include "core/weights/transfer.h"

namespace fanlight {

TextConditioner::TextConditioner(const ModelFolder& folder, const Weights::Placement& placement, int64_t context_dim)
    : device_(placement.device),
      context_dim_(context_dim),
      tokenizer_(folder.family().tokenizers.front().open(folder.files())),
      text_encoder_(load_component<CLIPTextModel>(folder, "text_encoder", placement, {"position_ids"})),
      embeddings_(placement.device) {}

at::Tensor TextConditioner::embed(const std::string& text, int clip_skip) {
    const std::string key = std::to_string(clip_skip) + " " + text;
    if (const at::Tensor known = embeddings_.find(key); known.defined()) return known;

    const Tokenizer::Encoded tokens = tokenizer_->encode(text);
    for (const int64_t id : tokens.ids)
        if (id < 0 || id >= text_encoder_.vocabulary())
            throw Error("The tokenizer gives id " + std::to_string(id) + " and the text encoder knows " +
                        std::to_string(text_encoder_.vocabulary()) + " ids");
    const at::Tensor ids = to_device(at::tensor(tokens.ids, at::kLong).unsqueeze(0), device_);
    const at::Tensor mask = to_device(at::tensor(tokens.mask, at::kLong).unsqueeze(0), device_);
    // One text at a time, so that an embedding does not depend on the others.
    const at::Tensor embedding = text_encoder_.forward(ids, mask, clip_skip);
    if (embedding.size(-1) != context_dim_)
        throw Error("The text encoder is " + std::to_string(embedding.size(-1)) + " wide and the unet expects " +
                    std::to_string(context_dim_));
    embeddings_.keep(key, embedding);
    return embedding;
}

Conditioning TextConditioner::conditioning_of(const std::vector<ImageTask>& batch, bool guided) {
    std::map<std::pair<std::string, int>, at::Tensor> embedded;  // each text once
    const auto row = [&](const std::string& text, int clip_skip) -> Conditioning {
        at::Tensor& embedding = embedded[{text, clip_skip}];
        if (!embedding.defined()) embedding = embed(text, clip_skip);
        return {embedding};
    };
    std::vector<Conditioning> rows;
    if (guided)  // clip_skip is for the prompt alone, as in diffusers
        for (const ImageTask& image : batch) rows.push_back(row(image.negative_prompt, 0));
    for (const ImageTask& image : batch) rows.push_back(row(image.prompt, image.clip_skip));
    return joined(rows);
}

}  // namespace fanlight
