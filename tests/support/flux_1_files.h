#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/support/model_tensors.h"
#include "tests/support/original_names.h"
#include "tests/support/places.h"
#include "tests/support/qwen_sized.h"
#include "tests/support/single_files.h"

// The golden model of FLUX.1, as files of other names and formats.
namespace fanlight {

inline std::string flux_1_folder() { return source_path("/tests/golden/data/pipelines/flux_1"); }

/// That of Z-Image, in a file of its own.
inline std::string flux_1_vae() { return source_path("/tests/golden/data/pipelines/z_image_vae.safetensors"); }

inline std::vector<FileTensor> flux_1_network_tensors() {
    return tensors_of(flux_1_folder(), "transformer", "diffusion_pytorch_model");
}

/// What Black Forest Labs call a tensor of the network, or for parts of one the whole.
inline std::string flux_1_original_name(std::string name) {
    static const std::vector<std::pair<std::string, std::string>> parts = {
        {"time_text_embed.timestep_embedder.linear_1", "time_in.in_layer"},
        {"time_text_embed.timestep_embedder.linear_2", "time_in.out_layer"},
        {"time_text_embed.guidance_embedder.linear_1", "guidance_in.in_layer"},
        {"time_text_embed.guidance_embedder.linear_2", "guidance_in.out_layer"},
        {"time_text_embed.text_embedder.linear_1", "vector_in.in_layer"},
        {"time_text_embed.text_embedder.linear_2", "vector_in.out_layer"},
        {"x_embedder", "img_in"},
        {"context_embedder", "txt_in"},
        {"norm_out.linear", "final_layer.adaLN_modulation.1"},
        {"norm1.linear", "img_mod.lin"},
        {"norm1_context.linear", "txt_mod.lin"},
        {"norm.linear", "modulation.lin"},
        {"ff.net.0.proj", "img_mlp.0"},
        {"ff.net.2", "img_mlp.2"},
        {"ff_context.net.0.proj", "txt_mlp.0"},
        {"ff_context.net.2", "txt_mlp.2"},
        {"attn.norm_added_q.weight", "txt_attn.norm.query_norm.scale"},
        {"attn.norm_added_k.weight", "txt_attn.norm.key_norm.scale"},
        {"attn.to_add_out", "txt_attn.proj"},
        {"attn.to_out.0", "img_attn.proj"}};
    const bool is_single = name.starts_with("single_transformer_blocks.");
    for (const char part : {'q', 'k', 'v'}) {
        name = replaced(name, std::string("attn.to_") + part + ".", is_single ? "linear1." : "img_attn.qkv.");
        name = replaced(name, std::string("attn.add_") + part + "_proj.", "txt_attn.qkv.");
    }
    name = replaced(name, "attn.norm_q.weight", is_single ? "norm.query_norm.scale" : "img_attn.norm.query_norm.scale");
    name = replaced(name, "attn.norm_k.weight", is_single ? "norm.key_norm.scale" : "img_attn.norm.key_norm.scale");
    name = replaced(name, "proj_mlp.", "linear1.");
    name = replaced(name, "proj_out.", is_single ? "linear2." : "final_layer.linear.");
    for (const auto& [from, to] : parts) name = replaced(name, from, to);
    name = replaced(name, "single_transformer_blocks", "single_blocks");
    return replaced(name, "transformer_blocks", "double_blocks");
}

/// As in the original checkpoints: queries, keys and values, and in single blocks the MLP's, are one matrix, and the
/// last modulation is shift, then scale.
inline std::vector<FileTensor> flux_1_original_names(const std::vector<FileTensor>& tensors,
                                                     const std::string& prefix) {
    std::map<std::string, std::map<int, FileTensor>> fused;  // in the order of their rows
    std::vector<FileTensor> renamed;
    const auto place_of = [](const std::string& name) {
        for (const auto& [part, place] : {std::pair("_q", 0), {"_k", 1}, {"_v", 2}, {"proj_mlp", 3}})
            if (name.find(std::string(part) + ".") != std::string::npos ||
                name.find(std::string(part) + "_proj.") != std::string::npos)
                return place;
        return 0;
    };
    for (FileTensor tensor : tensors) {
        const std::string own = tensor.name;
        tensor.name = prefix + flux_1_original_name(own);
        if (tensor.name.find(".qkv.") != std::string::npos || tensor.name.find(".linear1.") != std::string::npos) {
            fused[tensor.name][place_of(own)] = tensor;
            continue;
        }
        if (own.starts_with("norm_out.linear.")) {
            const size_t half = tensor.bytes.size() / 2;
            tensor.bytes = tensor.bytes.substr(half) + tensor.bytes.substr(0, half);
        }
        renamed.push_back(std::move(tensor));
    }
    for (auto& [name, parts] : fused) {
        FileTensor whole = parts.at(0);
        for (const auto& [place, part] : parts) {
            if (place == 0) continue;
            whole.shape[0] += part.shape[0];
            whole.bytes += part.bytes;
        }
        renamed.push_back(std::move(whole));
    }
    return renamed;
}

/// CLIP's text encoder as OpenAI published it, with the projection that FLUX.1 does not use.
inline std::vector<FileTensor> flux_1_clip_in_openai_names() {
    std::map<std::string, FileTensor> named;
    for (FileTensor tensor : tensors_of(flux_1_folder(), "text_encoder", "model")) {
        for (const auto& [from, to] : {std::pair("text_model.", ""),
                                       {"embeddings.token_embedding", "token_embedding"},
                                       {"embeddings.position_embedding.weight", "positional_embedding"},
                                       {"encoder.layers.", "transformer.resblocks."},
                                       {"final_layer_norm", "ln_final"},
                                       {"layer_norm", "ln_"},
                                       {"self_attn.out_proj", "attn.out_proj"},
                                       {"self_attn.q_proj.", "attn.in_proj_"},
                                       {"mlp.fc1", "mlp.c_fc"},
                                       {"mlp.fc2", "mlp.c_proj"}})
            tensor.name = replaced(tensor.name, from, to);
        named.emplace(tensor.name, std::move(tensor));
    }
    std::vector<FileTensor> tensors = {{"text_projection", "F16", {64, 64}, std::string(64 * 64 * 2, '\0')}};
    for (auto& [name, tensor] : named) {
        const size_t at = name.find("attn.in_proj_");
        for (const char* other : {"k", "v"})
            if (at != std::string::npos) {
                const std::string block = name.substr(0, at),
                                  kind = name.substr(at + std::string("attn.in_proj_").size());
                const FileTensor& more = named.at(block + "self_attn." + other + "_proj." + kind);
                tensor.shape[0] += more.shape[0];
                tensor.bytes += more.bytes;
            }
        if (name.find("self_attn.") == std::string::npos) tensors.push_back(tensor);
    }
    return tensors;
}

/// What GGUF files call a tensor of T5's encoder.
inline std::string t5_name_of_llama_cpp(std::string name) {
    for (const auto& [from, to] : {std::pair("encoder.final_layer_norm", "enc.output_norm"),
                                   {"encoder.block.", "enc.blk."},
                                   {"shared", "token_embd"},
                                   {"layer.0.SelfAttention.relative_attention_bias", "attn_rel_b"},
                                   {"layer.0.SelfAttention.", "attn_"},
                                   {"layer.0.layer_norm", "attn_norm"},
                                   {"layer.1.layer_norm", "ffn_norm"},
                                   {"layer.1.DenseReluDense.wi_0", "ffn_gate"},
                                   {"layer.1.DenseReluDense.wi_1", "ffn_up"},
                                   {"layer.1.DenseReluDense.wo", "ffn_down"}})
        name = replaced(name, from, to);
    return name;
}

/// The same model as schnell: without what it is told of the guidance, and with even levels of noise. Returns `folder`.
inline std::string written_schnell(const std::string& folder) {
    const std::string network = folder + "/transformer/diffusion_pytorch_model.safetensors";
    if (std::filesystem::exists(folder)) return folder;
    std::filesystem::copy(flux_1_folder(), folder, std::filesystem::copy_options::recursive);
    std::vector<FileTensor> tensors = flux_1_network_tensors();
    std::erase_if(tensors,
                  [](const FileTensor& tensor) { return tensor.name.find("guidance_embedder") != std::string::npos; });
    replace_file(network, tensors_file(tensors));
    const auto change = [&](const std::string& file, const Json& values) {
        Json json = read_json_file(folder + file);
        json.update(values);
        replace_file(folder + file, to_line(json));
    };
    change("/transformer/config.json", {{"guidance_embeds", false}});
    change("/scheduler/scheduler_config.json", {{"use_dynamic_shifting", false}, {"shift", 1.0}});
    return folder;
}

/// Where a model's files are.
struct Flux1Files {
    std::string network, clip, t5, vae;
};

/// The text encoders of flux_1_files.py: those of the folder, with the vocabularies of CLIP and T5.
inline std::vector<FileTensor> flux_1_clip_tensors() {
    constexpr int64_t width = 64;
    std::vector<FileTensor> tensors = {
        {"text_model.embeddings.token_embedding.weight", "F16", {49408, width}, token_embeddings(width)}};
    for (FileTensor& tensor : tensors_of(flux_1_folder(), "text_encoder", "model")) {
        if (tensor.name == "embeddings.token_embedding.weight") continue;
        tensor.name = "text_model." + tensor.name;
        tensors.push_back(std::move(tensor));
    }
    return tensors;
}
inline std::vector<FileTensor> flux_1_t5_tensors() {
    std::vector<FileTensor> tensors = {t5_sized_embedding(32, 4)};
    for (FileTensor& tensor : tensors_of(flux_1_folder(), "text_encoder_2", "model"))
        if (tensor.name != "shared.weight") tensors.push_back(std::move(tensor));
    return tensors;
}

/// The model of flux_1_files.py in a tree such as ComfyUI's, whose root is `root`. `ending`: of the files that may be
/// GGUF; `kind`: "dev" or "schnell".
inline Flux1Files write_flux_1_files(const std::filesystem::path& root, const std::string& ending,
                                     const std::string& kind = "dev") {
    for (const char* folder : {"diffusion_models", "text_encoders", "vae"})
        std::filesystem::create_directories(root / folder);
    const Flux1Files files{root / ("diffusion_models/flux1-" + kind + ending),
                           root / "text_encoders/clip_l.safetensors", root / ("text_encoders/t5xxl_fp16" + ending),
                           root / "vae/ae.safetensors"};
    std::vector<FileTensor> network = flux_1_network_tensors(), t5 = flux_1_t5_tensors();
    if (kind == "schnell")
        std::erase_if(network, [](const FileTensor& tensor) {
            return tensor.name.find("guidance_embedder") != std::string::npos;
        });
    network = flux_1_original_names(network, ending == ".gguf" ? "" : "model.diffusion_model.");
    if (ending == ".gguf")
        for (FileTensor& tensor : t5) tensor.name = t5_name_of_llama_cpp(tensor.name);
    const auto file_of = [&](const std::vector<FileTensor>& tensors) {
        return ending == ".gguf" ? gguf_file(tensors) : tensors_file(tensors);
    };
    replace_file(files.network, file_of(network));
    replace_file(files.t5, file_of(t5));
    replace_file(files.clip, tensors_file(flux_1_clip_tensors()));
    std::filesystem::copy_file(flux_1_vae(), files.vae, std::filesystem::copy_options::overwrite_existing);
    return files;
}

/// All of it in one file, as ComfyUI's checkpoints have it.
inline void write_flux_1_checkpoint(const std::string& file) {
    std::vector<FileTensor> all = flux_1_original_names(flux_1_network_tensors(), "model.diffusion_model.");
    const auto add = [&](std::vector<FileTensor> tensors, const std::string& prefix) {
        for (FileTensor& tensor : tensors) {
            tensor.name = prefix + tensor.name;
            all.push_back(std::move(tensor));
        }
    };
    add(flux_1_clip_tensors(), "text_encoders.clip_l.transformer.");
    add(flux_1_t5_tensors(), "text_encoders.t5xxl.transformer.");
    add(decoder_with_original_names(tensors_in(flux_1_vae())), "vae.");
    replace_file(file, tensors_file(all));
}

}  // namespace fanlight
