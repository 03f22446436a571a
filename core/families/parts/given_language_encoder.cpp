#include "core/families/parts/given_language_encoder.h"

#include "core/families/parts/given_component.h"
#include "core/families/parts/llama_config.h"
#include "core/families/parts/shipped_tokenizers.h"

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

const Sentence& advice() {
    static const Sentence sentence("give the language model that the network was made for.");
    return sentence;
}

/// In place of one that the model does not have.
void settle_missing(OtherComponent& other, const GivenComponent& given, const TensorEntries& tensors, int64_t width) {
    const CheckpointPart part({given.place, tensors, {}, advice()}, "");
    if (!given.config) other.config = qwen3_config_of(part);
    const LlamaConfig config(other.config, given.place);
    if (config.width != width)
        part.refuse(Sentence("gives states of %1 numbers, and the network takes %2", config.width, width));
    const int64_t known = static_cast<int64_t>(qwen_tokenizer().size());
    if (config.vocabulary < known)
        part.refuse(Sentence("knows %1 tokens, and Qwen's tokenizer has %2", config.vocabulary, known));
}

TensorEntries without_head(const StoredTensors& stored) {
    TensorEntries entries;
    for (const auto& [key, tensor] : stored.tensors)
        if (!key.starts_with("lm_head.")) entries.emplace(key, tensor.entry);
    return entries;
}

}  // namespace

Json usual_qwen3() {
    return {{"architectures", {"Qwen3ForCausalLM"}},
            {"vocab_size", 151936},
            {"hidden_size", 2560},
            {"num_hidden_layers", 36},
            {"num_attention_heads", 32},
            {"num_key_value_heads", 8},
            {"head_dim", 128},
            {"intermediate_size", 9728},
            {"max_position_embeddings", 40960},
            {"rms_norm_eps", 1e-6},
            {"rope_theta", 1e6}};
}

Json qwen3_config_of(const CheckpointPart& part) {
    const std::string layer = "model.layers.0.", attention = layer + "self_attn.";
    if (!part.has(attention + "q_norm.weight"))
        part.refuse("is no text encoder of this model: it is another language model than Qwen3, or none");
    const std::vector<int64_t>& tokens = part.shape("model.embed_tokens.weight", 2);
    const int64_t head = part.shape(attention + "q_norm.weight", 1)[0];
    if (head < 1) part.refuse("has heads without numbers");
    const auto rows = [&](const std::string& name) { return part.shape(name + ".weight", 2)[0]; };
    Json config = usual_qwen3();
    config.update({{"vocab_size", tokens[0]},
                   {"hidden_size", tokens[1]},
                   {"num_hidden_layers", part.count("model.layers.", ".input_layernorm.weight")},
                   {"head_dim", head},
                   {"num_attention_heads", rows(attention + "q_proj") / head},
                   {"num_key_value_heads", rows(attention + "k_proj") / head},
                   {"intermediate_size", rows(layer + "mlp.gate_proj")}});
    return config;
}

std::vector<OtherComponent> read_given_language_encoder(const ModelFiles& model, const std::string& component,
                                                        const std::filesystem::path& path, int64_t width) {
    const GivenComponent given(path, model.component(component).weights);
    OtherComponent other{component, model.class_of(component), given.config ? *given.config : model.config(component),
                         renamed(given, advice()), given.place};
    ModelFiles replaced = model;
    replaced.replace(other);
    const TensorEntries theirs = without_head(replaced.tensors(component));
    if (model.lacks(component)) {
        settle_missing(other, given, theirs, width);
    } else {
        StoredTensors ours = model.tensors(component);
        ours.tensors.erase("lm_head.weight");
        check_same_tensors(given, theirs, ours, advice());
    }
    return {std::move(other)};
}

}  // namespace fanlight
