#include "core/families/parts/llama_kinds.h"

#include <string_view>

namespace fanlight {

namespace {

using Biases = LlamaKind::Biases;
using Windows = LlamaKind::Windows;

/// What Gemma 2 and 3 have in common.
LlamaKind gemma() {
    return {.biases = Biases::ByConfig,
            .normed_outputs = true,
            .norm_offset = 1,
            .scaled_embeddings = true,
            .windows = Windows::Alternating,
            .window = 4096,
            .kv_heads = 4,
            .head_dim = 256,
            .activation_key = "hidden_activation",
            .activation = "gelu_pytorch_tanh",
            .query_scalar = 256};
}

LlamaKind gemma2() {
    LlamaKind kind = gemma();
    kind.architecture = "Gemma2ForCausalLM";
    kind.prefix = "Gemma2";
    kind.full_every = 2;
    kind.context = 8192;
    kind.score_cap = 50;
    kind.logit_cap = 30;
    return kind;
}

/// Its config also has a cap of scores, which transformers does not apply.
LlamaKind gemma3() {
    LlamaKind kind = gemma();
    kind.architecture = "Gemma3ForCausalLM";
    kind.prefix = "Gemma3";
    kind.text = "Text";
    kind.normed_heads = true;
    kind.full_every = 6;
    kind.context = 131072;
    kind.logit_cap = 0;
    kind.theta = 1e6;
    kind.window_theta = 1e4;
    return kind;
}

}  // namespace

const std::vector<LlamaKind>& llama_kinds() {
    static const std::vector<LlamaKind> kinds = {
        {.architecture = "LlamaForCausalLM", .prefix = "Llama", .context = 2048},
        {.architecture = "MistralForCausalLM",
         .prefix = "Mistral",
         .windows = Windows::AllLayers,
         .window = 4096,
         .context = 131072,
         .kv_heads = 8},
        {.architecture = "Qwen2ForCausalLM",
         .prefix = "Qwen2",
         .biases = Biases::OfQueriesKeysValues,
         .windows = Windows::IfUsed,
         .window = 4096,
         .context = 32768},
        {.architecture = "Qwen3ForCausalLM",
         .prefix = "Qwen3",
         .normed_heads = true,
         .windows = Windows::IfUsed,
         .window = 4096,
         .context = 32768,
         .head_dim = 128},
        {.architecture = "SmolLM3ForCausalLM",
         .prefix = "SmolLM3",
         .skips_rotation = true,
         .windows = Windows::IfUsed,
         .context = 32768,
         .kv_heads = 4,
         .theta = 2e6},
        {.architecture = "Phi3ForCausalLM",
         .prefix = "Phi3",
         .biases = Biases::None,
         .fused = true,
         .windows = Windows::AllLayers,
         .context = 4096,
         .eps = 1e-5,
         .original_context = 4096},
        gemma2(),
        gemma3(),
        {.architecture = "Qwen2_5_VLForConditionalGeneration",
         .prefix = "Qwen2_5_VL",
         .text = "Text",
         .mlp = "Qwen2MLP",
         .reads_pictures = true,
         .biases = Biases::OfQueriesKeysValues,
         .windows = Windows::IfUsed,
         .full_from = 80,
         .window = 4096,
         .context = 32768,
         .kv_heads = 8,
         .eps = 1e-5,
         .theta = 1e6},
        {.architecture = "Qwen3VLForConditionalGeneration",
         .prefix = "Qwen3VLText",
         .reads_pictures = true,
         .normed_heads = true,
         .context = 128000,
         .kv_heads = 32,
         .head_dim = 128,
         .theta = 5e5},
    };
    return kinds;
}

std::string LlamaKind::whole_base() const {
    const std::string_view name = architecture;
    return reads_pictures ? std::string(name.substr(0, name.find("For"))) + "Model" : base();
}

const LlamaKind* llama_kind_of(const std::string& class_name) {
    for (const LlamaKind& kind : llama_kinds())
        for (const std::string& known :
             {std::string(kind.architecture), kind.classifier(), kind.base(), kind.whole_base()})
            if (class_name == known) return &kind;
    return nullptr;
}

std::vector<std::string> llama_language_models() {
    std::vector<std::string> names;
    for (const LlamaKind& kind : llama_kinds()) names.emplace_back(kind.architecture);
    return names;
}

std::vector<std::string> llama_classifiers() {
    std::vector<std::string> names;
    for (const LlamaKind& kind : llama_kinds())
        if (!kind.reads_pictures) names.push_back(kind.classifier());
    return names;
}

std::vector<std::string> llama_text_encoders() {
    std::vector<std::string> names = llama_language_models();
    for (const LlamaKind& kind : llama_kinds()) {
        names.push_back(kind.base());
        if (const std::string whole = kind.whole_base(); whole != kind.base()) names.push_back(whole);
    }
    return names;
}

}  // namespace fanlight
