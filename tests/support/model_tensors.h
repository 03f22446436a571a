#pragma once

#include <cstring>
#include <random>
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

/// Those of a file.
inline std::vector<FileTensor> tensors_in(const std::string& file) {
    std::vector<FileTensor> tensors;
    for (const auto& [key, tensor] : open_weights_file(file).tensors)
        tensors.push_back(
            {key, std::string(name_of(tensor.entry.dtype)), tensor.entry.shape, std::string(tensor.entry.bytes)});
    return tensors;
}

/// Types of blocks, by their number in GGUF files, and the bytes of a block that are float16 factors.
struct GgufBlocks {
    Dtype dtype;
    uint32_t number;
    std::vector<size_t> halves;
};
inline const std::vector<GgufBlocks>& gguf_blocks() {
    static const std::vector<GgufBlocks> all = {
        {Dtype::Q4_0, 2, {0}},     {Dtype::Q4_1, 3, {0, 2}},    {Dtype::Q5_0, 6, {0}},    {Dtype::Q5_1, 7, {0, 2}},
        {Dtype::Q8_0, 8, {0}},     {Dtype::Q2_K, 10, {80, 82}}, {Dtype::Q3_K, 11, {108}}, {Dtype::Q4_K, 12, {0, 2}},
        {Dtype::Q5_K, 13, {0, 2}}, {Dtype::Q6_K, 14, {208}},    {Dtype::IQ4_NL, 20, {0}}, {Dtype::IQ4_XS, 23, {0}}};
    return all;
}

/// Blocks of any numbers, none of them large.
inline std::string random_blocks(const GgufBlocks& type, size_t count, uint32_t seed) {
    std::mt19937 random(seed);
    const size_t width = block_of(type.dtype).bytes;
    const bool has_scales = block_of(type.dtype).elements == 256;  // within the block
    std::string blocks(count * width, '\0');
    for (char& byte : blocks) byte = static_cast<char>(random());
    for (size_t block = 0; block < count; ++block)
        for (const size_t half : type.halves) {
            const auto factor = static_cast<uint16_t>((has_scales ? 0x0a00 : 0x1c00) + random() % 0x200);
            std::memcpy(blocks.data() + block * width + half, &factor, sizeof factor);
        }
    return blocks;
}

/// A GGUF file of tensors in float16. With `blocks`, matrices are of that type, and of other numbers.
inline std::string gguf_file(const std::vector<FileTensor>& tensors, const GgufBlocks* blocks = nullptr) {
    constexpr uint32_t float16 = 1, integer = 5;
    GgufBytes file;
    std::string bytes;
    for (const FileTensor& tensor : tensors) {
        bytes.resize((bytes.size() + 31) / 32 * 32);
        const uint64_t elements = tensor.bytes.size() / sizeof(uint16_t),
                       block = blocks ? block_of(blocks->dtype).elements : 1;
        if (!blocks || tensor.shape.size() != 2 || elements % block != 0) {
            file.tensor(tensor.name, {tensor.shape.rbegin(), tensor.shape.rend()}, float16, bytes.size());
            bytes += tensor.bytes;
            continue;
        }
        // A row of blocks each, whatever the tensor's own rows are.
        file.value("comfy.gguf.orig_shape." + tensor.name, 9,
                   GgufBytes::list(integer, 2,
                                   bytes_of<int32_t>({static_cast<int32_t>(tensor.shape[0]),
                                                      static_cast<int32_t>(tensor.shape[1])})));
        file.tensor(tensor.name, {block, elements / block}, blocks->number, bytes.size());
        bytes += random_blocks(*blocks, elements / block, static_cast<uint32_t>(bytes.size()));
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
