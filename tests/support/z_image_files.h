#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "tests/support/model_tensors.h"
#include "tests/support/original_names.h"
#include "tests/support/places.h"
#include "tests/support/qwen_sized.h"

// The golden model of Z-Image, as files of other names and formats.
namespace fanlight {

/// The tensors of a component's folder.
inline std::vector<FileTensor> z_image_tensors(const std::string& component) {
    return tensors_of(source_path("/tests/golden/data/pipelines/z_image"), component,
                      component == "text_encoder" ? "model" : "diffusion_pytorch_model");
}

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

/// The network's GGUF file.
inline std::string z_image_gguf(const GgufBlocks* blocks = nullptr) {
    std::vector<FileTensor> tensors = with_original_names(z_image_tensors("transformer"));
    for (FileTensor& tensor : tensors) tensor.name = tensor.name.substr(std::string("model.diffusion_model.").size());
    return gguf_file(tensors, blocks);
}

/// The text encoder's GGUF file.
inline std::string z_image_encoder_gguf(const GgufBlocks* blocks = nullptr) {
    std::vector<FileTensor> tensors = z_image_tensors("text_encoder");
    for (FileTensor& tensor : tensors) tensor.name = name_of_llama_cpp(tensor.name);
    return gguf_file(tensors, blocks);
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
    replace_file(files.network, ending == ".gguf" ? z_image_gguf()
                                                  : tensors_file(with_original_names(z_image_tensors("transformer"))));
    std::vector<FileTensor> encoder = {qwen_sized_embedding(32)};
    for (FileTensor& tensor : z_image_tensors("text_encoder")) {
        if (tensor.name == "embed_tokens.weight") continue;
        tensor.name = "model." + tensor.name;
        encoder.push_back(std::move(tensor));
    }
    replace_file(files.text_encoder, tensors_file(encoder));
    std::filesystem::copy_file(source_path("/tests/golden/data/pipelines/z_image_vae.safetensors"), files.vae,
                               std::filesystem::copy_options::overwrite_existing);
    return files;
}

/// What these files hold in one, as ComfyUI's checkpoints have it.
inline void write_z_image_checkpoint(const std::string& file, const ZImageFiles& parts) {
    std::vector<FileTensor> all = tensors_in(parts.network);
    const auto add = [&](std::vector<FileTensor> tensors, const std::string& prefix) {
        for (FileTensor& tensor : tensors) {
            tensor.name = prefix + tensor.name;
            all.push_back(std::move(tensor));
        }
    };
    add(tensors_in(parts.text_encoder), "text_encoders.qwen3_4b.transformer.");
    add(decoder_with_original_names(tensors_in(parts.vae)), "vae.");
    replace_file(file, tensors_file(all));
}

}  // namespace fanlight
