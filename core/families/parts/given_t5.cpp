#include "core/families/parts/given_t5.h"

#include "core/families/parts/shipped_tokenizers.h"
#include "core/families/parts/t5_config.h"

namespace fanlight {

namespace {

constexpr const char* t5_gguf_block = "enc.blk.";

/// What llama.cpp calls the modules of the encoder, and what transformers does.
constexpr std::pair<std::string_view, std::string_view>
    t5_gguf_modules[] = {{"token_embd", "shared"}, {"enc.output_norm", "encoder.final_layer_norm"}},
    t5_gguf_parts[] = {
        {"attn_norm", "layer.0.layer_norm"},       {"attn_q", "layer.0.SelfAttention.q"},
        {"attn_k", "layer.0.SelfAttention.k"},     {"attn_v", "layer.0.SelfAttention.v"},
        {"attn_o", "layer.0.SelfAttention.o"},     {"attn_rel_b", "layer.0.SelfAttention.relative_attention_bias"},
        {"ffn_norm", "layer.1.layer_norm"},        {"ffn_gate", "layer.1.DenseReluDense.wi_0"},
        {"ffn_up", "layer.1.DenseReluDense.wi_1"}, {"ffn_down", "layer.1.DenseReluDense.wo"}};

const Sentence& t5_advice() {
    static const Sentence sentence("give an encoder of T5 v1.1 XXL, such as t5xxl_fp16.safetensors.");
    return sentence;
}

bool is_t5_of_gguf(const TensorEntries& tensors) { return has_key_below(tensors, t5_gguf_block); }

KeyMap t5_gguf_names(const TensorEntries& tensors) {
    KeyMap names;
    for (const auto& [own, today] : t5_gguf_modules) names.emplace(own, today);
    for (int64_t layer = 0;; ++layer) {
        const std::string block = numbered(t5_gguf_block, layer);
        if (!tensors.contains(block + ".attn_norm.weight")) return names;
        for (const auto& [own, today] : t5_gguf_parts)
            names.emplace(block + "." + std::string(own), numbered("encoder.block.", layer) + "." + std::string(today));
    }
}

/// Whether the key is neither a decoder's nor there twice.
bool is_of_encoder(const std::string& key) {
    return key == "shared.weight" || (key.starts_with("encoder.") && key != "encoder.embed_tokens.weight");
}

/// Under transformers' names, without a decoder and what is there twice.
TensorEntries encoder_in(const GivenComponent& given) {
    TensorEntries tensors = given.entries;
    if (is_t5_of_gguf(tensors))
        tensors =
            CheckpointPart(given.source(t5_advice()), "").renamed(t5_gguf_names(tensors), [](const std::string& key) {
                return key.starts_with("dec.");
            });
    const auto embedding = tensors.find("encoder.embed_tokens.weight");
    if (embedding != tensors.end() && !tensors.contains("shared.weight"))
        tensors.emplace("shared.weight", embedding->second);
    std::erase_if(tensors, [](const auto& entry) { return !is_of_encoder(entry.first); });
    return tensors;
}

/// The same of the model's own.
StoredTensors own_encoder(const ModelFiles& model, const std::string& component) {
    StoredTensors own = model.tensors(component);
    std::erase_if(own.tensors, [](const auto& entry) { return !is_of_encoder(entry.first); });
    return own;
}

/// In place of one that the model does not have.
void check_missing(const CheckpointPart& part, const T5Config& config, int64_t width) {
    if (config.width != width)
        part.refuse(Sentence("gives states of %1 numbers, and the network takes %2", config.width, width));
    const auto known = static_cast<int64_t>(t5_tokenizer().size());
    if (config.vocabulary < known)
        part.refuse(Sentence("knows %1 tokens, and T5's tokenizer has %2", config.vocabulary, known));
}

}  // namespace

Json usual_t5() {
    return {{"architectures", {"T5EncoderModel"}},
            {"vocab_size", 32128},
            {"d_model", 4096},
            {"d_kv", 64},
            {"d_ff", 10240},
            {"num_heads", 64},
            {"num_layers", 24},
            {"relative_attention_num_buckets", 32},
            {"relative_attention_max_distance", 128},
            {"layer_norm_epsilon", 1e-6},
            {"feed_forward_proj", "gated-gelu"}};
}

bool holds_t5(const TensorEntries& tensors) {
    return has_key_below(tensors, t5_gguf_block) || has_key_below(tensors, "encoder.block.");
}

Json t5_config_of(const CheckpointPart& part) {
    const std::string layer = "encoder.block.0.layer.", attention = layer + "0.SelfAttention.",
                      gate = layer + "1.DenseReluDense.wi_0.weight";
    const std::vector<int64_t>& tokens = part.shape("shared.weight", 2);
    const std::vector<int64_t>& biases = part.shape(attention + "relative_attention_bias.weight", 2);
    const int64_t inner = part.shape(attention + "q.weight", 2)[0];
    if (!part.has(gate)) part.refuse("is T5 of version 1.0, whose MLPs have no gates");
    if (biases[1] < 1 || inner % biases[1] != 0)
        part.refuse(Sentence("has an attention of %1 numbers for %2 heads", inner, biases[1]));
    Json config = usual_t5();
    config.update({{"vocab_size", tokens[0]},
                   {"d_model", tokens[1]},
                   {"d_kv", inner / biases[1]},
                   {"d_ff", part.shape(gate, 2)[0]},
                   {"num_heads", biases[1]},
                   {"num_layers", part.count("encoder.block.", ".layer.0.SelfAttention.q.weight")},
                   {"relative_attention_num_buckets", biases[0]}});
    return config;
}

std::vector<OtherComponent> read_given_t5(const ModelFiles& model, const std::string& component,
                                          const std::filesystem::path& path, int64_t width) {
    const GivenComponent given(path, model.component(component).weights);
    const TensorEntries tensors = encoder_in(given);
    const CheckpointPart part({given.place, tensors, {}, t5_advice()}, "");
    Json config = given.config ? *given.config : model.config(component);
    if (model.lacks(component)) {
        if (!given.config) config = t5_config_of(part);
        check_missing(part, T5Config(config, given.place), width);
    } else {
        check_same_tensors(given, tensors, own_encoder(model, component), t5_advice());
    }
    return {{component, "T5EncoderModel", std::move(config), given.stored_as(tensors), given.place}};
}

}  // namespace fanlight
