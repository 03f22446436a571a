#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "tests/support/model_tensors.h"
#include "tests/support/places.h"
#include "tests/support/qwen_sized.h"

namespace fanlight {

/// As in the original checkpoints, which have queries, keys and values in one matrix.
inline std::vector<FileTensor> with_original_names(const std::vector<FileTensor>& tensors) {
    std::vector<FileTensor> renamed = {{"norm_final.weight", "F16", {2}, "\x01\x02\x03\x04"}};
    const auto replace = [](std::string name, const std::string& from, const std::string& to) {
        const size_t at = name.find(from);
        return at == std::string::npos ? name : name.replace(at, from.size(), to);
    };
    std::map<std::string, std::map<std::string, FileTensor>> fused;
    for (FileTensor tensor : tensors) {
        const size_t at = tensor.name.find(".attention.to_");
        if (at != std::string::npos && tensor.name.find("to_out") == std::string::npos) {
            fused[tensor.name.substr(0, at)][tensor.name.substr(at + 14, 1)] = tensor;
            continue;
        }
        for (const auto& [from, to] : {std::pair("all_x_embedder.2-1", "x_embedder"),
                                       {"all_final_layer.2-1", "final_layer"},
                                       {"attention.to_out.0", "attention.out"},
                                       {"attention.norm_q", "attention.q_norm"},
                                       {"attention.norm_k", "attention.k_norm"}})
            tensor.name = replace(tensor.name, from, to);
        renamed.push_back(tensor);
    }
    for (auto& [block, parts] : fused) {
        FileTensor whole = parts.at("q");
        whole.name = block + ".attention.qkv.weight";
        whole.shape[0] *= 3;
        whole.bytes += parts.at("k").bytes + parts.at("v").bytes;
        renamed.push_back(whole);
    }
    for (FileTensor& tensor : renamed) tensor.name = "model.diffusion_model." + tensor.name;
    return renamed;
}

/// Where a model's files are.
struct ZImageFiles {
    std::string network, text_encoder, vae;
};

/// The model of z_image_files.py in a tree such as ComfyUI's, whose root is `root`. `ending`: of the network's file.
inline ZImageFiles write_z_image_files(const std::filesystem::path& root, const std::string& ending) {
    for (const char* folder : {"diffusion_models", "text_encoders", "vae"})
        std::filesystem::create_directories(root / folder);
    const ZImageFiles files{root / ("diffusion_models/z_image_turbo_small" + ending),
                            root / "text_encoders/qwen_3_4b.safetensors", root / "vae/ae.safetensors"};
    const std::string model = source_path("/tests/golden/data/pipelines/z_image");
    std::vector<FileTensor> network = with_original_names(tensors_of(model, "transformer", "diffusion_pytorch_model"));
    if (ending == ".gguf")
        for (FileTensor& tensor : network)
            tensor.name = tensor.name.substr(std::string("model.diffusion_model.").size());
    replace_file(files.network, ending == ".gguf" ? gguf_of(network) : tensors_file(network));
    std::vector<FileTensor> encoder = {qwen_sized_embedding(32)};
    for (FileTensor& tensor : tensors_of(model, "text_encoder", "model")) {
        if (tensor.name == "embed_tokens.weight") continue;
        tensor.name = "model." + tensor.name;
        encoder.push_back(std::move(tensor));
    }
    replace_file(files.text_encoder, tensors_file(encoder));
    std::filesystem::copy_file(source_path("/tests/golden/data/pipelines/z_image_files/ae.safetensors"), files.vae,
                               std::filesystem::copy_options::overwrite_existing);
    return files;
}

}  // namespace fanlight
