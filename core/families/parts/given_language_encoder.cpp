#include "core/families/parts/given_language_encoder.h"

#include "core/families/parts/given_component.h"

namespace fanlight {

namespace {

/// What llama.cpp calls the modules of a decoder, and what transformers does. Its queries and keys are in the same
/// order where heads have norms, as Qwen3's.
constexpr std::pair<std::string_view, std::string_view>
    gguf_modules[] = {{"token_embd", "model.embed_tokens"}, {"output_norm", "model.norm"}, {"output", "lm_head"}},
    gguf_parts[] = {{"attn_norm", "input_layernorm"},    {"attn_q", "self_attn.q_proj"},
                    {"attn_k", "self_attn.k_proj"},      {"attn_v", "self_attn.v_proj"},
                    {"attn_output", "self_attn.o_proj"}, {"attn_q_norm", "self_attn.q_norm"},
                    {"attn_k_norm", "self_attn.k_norm"}, {"ffn_norm", "post_attention_layernorm"},
                    {"ffn_gate", "mlp.gate_proj"},       {"ffn_up", "mlp.up_proj"},
                    {"ffn_down", "mlp.down_proj"}};

KeyMap gguf_names(const GivenComponent& given) {
    KeyMap names;
    for (const auto& [own, today] : gguf_modules) names.emplace(own, today);
    for (int64_t layer = 0;; ++layer) {
        const std::string block = numbered("blk.", layer);
        if (!given.entries.contains(block + ".attn_norm.weight")) return names;
        for (const auto& [own, today] : gguf_parts)
            names.emplace(block + "." + std::string(own), numbered("model.layers.", layer) + "." + std::string(today));
    }
}

/// Under transformers' names.
StoredTensors renamed(const GivenComponent& given, const Sentence& advice) {
    if (!given.entries.contains("token_embd.weight")) return given.stored;
    if (!given.entries.contains("blk.0.attn_q_norm.weight"))
        throw Error("%1 is a GGUF file of another language model than Qwen3; %2", given.place, advice);
    const CheckpointPart part(given.source(advice), "");
    return given.stored_as(part.renamed(gguf_names(given), [](const std::string&) { return false; }));
}

}  // namespace

std::vector<OtherComponent> read_given_language_encoder(const ModelFiles& model, const std::string& component,
                                                        const std::filesystem::path& path) {
    static const Sentence advice("give the language model that the model's own text encoder is.");
    const GivenComponent given(path, model.component(component).weights);
    OtherComponent other{component, model.class_of(component), given.config ? *given.config : model.config(component),
                         renamed(given, advice), given.place};
    ModelFiles replaced = model;
    replaced.replace(other);
    TensorEntries theirs;
    for (const auto& [key, tensor] : replaced.tensors(component).tensors)
        if (!key.starts_with("lm_head.")) theirs.emplace(key, tensor.entry);
    StoredTensors ours = model.tensors(component);
    ours.tensors.erase("lm_head.weight");
    check_same_tensors(given, theirs, ours, advice);
    return {std::move(other)};
}

}  // namespace fanlight
