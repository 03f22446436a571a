#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/checkpoints/stored_tensors.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/tensors_file.h"

namespace fanlight {

/// The tensors of a model's component.
inline std::vector<FileTensor> tensors_of(const std::string& model, const std::string& component,
                                          const std::string& stem) {
    std::vector<FileTensor> tensors;
    for (const auto& [key, tensor] : open_weights_folder(model + "/" + component, stem).tensors)
        tensors.push_back(
            {key, std::string(name_of(tensor.entry.dtype)), tensor.entry.shape, std::string(tensor.entry.bytes)});
    return tensors;
}

/// A GGUF file of these, which are of float16.
inline std::string gguf_of(const std::vector<FileTensor>& tensors) {
    constexpr uint32_t float16 = 1;
    GgufBytes file;
    std::string bytes;
    for (const FileTensor& tensor : tensors) {
        bytes.resize((bytes.size() + 31) / 32 * 32);
        file.tensor(tensor.name, {tensor.shape.rbegin(), tensor.shape.rend()}, float16, bytes.size());
        bytes += tensor.bytes;
    }
    return file.file(bytes);
}

/// What llama.cpp calls a tensor of Qwen3, whose name may begin with "model.".
inline std::string name_of_llama_cpp(const std::string& name) {
    static const std::vector<std::pair<std::string, std::string>> parts = {{"embed_tokens.", "token_embd."},
                                                                           {"layers.", "blk."},
                                                                           {"self_attn.q_norm.", "attn_q_norm."},
                                                                           {"self_attn.k_norm.", "attn_k_norm."},
                                                                           {"self_attn.q_proj.", "attn_q."},
                                                                           {"self_attn.k_proj.", "attn_k."},
                                                                           {"self_attn.v_proj.", "attn_v."},
                                                                           {"self_attn.o_proj.", "attn_output."},
                                                                           {"post_attention_layernorm.", "ffn_norm."},
                                                                           {"input_layernorm.", "attn_norm."},
                                                                           {"mlp.gate_proj.", "ffn_gate."},
                                                                           {"mlp.up_proj.", "ffn_up."},
                                                                           {"mlp.down_proj.", "ffn_down."}};
    std::string renamed = name.starts_with("model.") ? name.substr(6) : name;
    if (renamed == "norm.weight") return "output_norm.weight";
    for (const auto& [from, to] : parts)
        if (const size_t at = renamed.find(from); at != std::string::npos) renamed.replace(at, from.size(), to);
    return renamed;
}

}  // namespace fanlight
