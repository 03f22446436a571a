#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/model_tensors.h"

// The names that networks had before diffusers.
namespace fanlight {

inline std::string replaced(std::string name, const std::string& from, const std::string& to) {
    if (const size_t at = name.find(from); at != std::string::npos) name.replace(at, from.size(), to);
    return name;
}

/// A VAE's decoder of two resolutions, as Black Forest Labs and ComfyUI name it.
inline std::vector<FileTensor> decoder_with_original_names(const std::vector<FileTensor>& vae) {
    std::vector<FileTensor> renamed;
    for (FileTensor tensor : vae) {
        if (tensor.name.starts_with("encoder.") || tensor.name.starts_with("quant_conv.")) continue;
        std::string& name = tensor.name;
        name = replaced(name, "post_quant_conv", "decoder.post_quant_conv");
        name = replaced(name, "mid_block.resnets.0", "mid.block_1");
        name = replaced(name, "mid_block.resnets.1", "mid.block_2");
        name = replaced(name, "mid_block.attentions.0.group_norm", "mid.attn_1.norm");
        for (const char* part : {"q", "k", "v"})
            name = replaced(name, std::string("mid_block.attentions.0.to_") + part, std::string("mid.attn_1.") + part);
        name = replaced(name, "mid_block.attentions.0.to_out.0", "mid.attn_1.proj_out");
        name = replaced(name, "up_blocks.0.", "up.one.");
        name = replaced(name, "up_blocks.1.", "up.0.");
        name = replaced(name, "up.one.", "up.1.");
        name = replaced(name, "resnets.", "block.");
        name = replaced(name, "upsamplers.0", "upsample");
        name = replaced(name, "conv_shortcut", "nin_shortcut");
        name = replaced(name, "conv_norm_out", "norm_out");
        if (name.find("attn_1") != std::string::npos && tensor.shape.size() == 2)
            tensor.shape.insert(tensor.shape.end(), {1, 1});
        renamed.push_back(std::move(tensor));
    }
    return renamed;
}

/// `model`: its folder.
inline std::vector<FileTensor> decoder_with_original_names(const std::string& model) {
    return decoder_with_original_names(tensors_of(model, "vae", "diffusion_pytorch_model"));
}

}  // namespace fanlight
