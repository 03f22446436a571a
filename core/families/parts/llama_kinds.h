#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fanlight {

/// A class of transformers whose network is Llama's but for what is said here and in its config.
struct LlamaKind {
    enum class Biases { None, ByConfig, OfQueriesKeysValues };
    enum class Windows { None, AllLayers, IfUsed, Alternating };

    const char* architecture = "";  ///< "Qwen3ForCausalLM"
    const char* prefix = "";        ///< of its modules' classes: "Qwen3"
    const char* text = "";          ///< what follows it in the classes of whole models
    const char* mlp = nullptr;      ///< the class of its MLPs; nullptr: named as the others
    bool reads_pictures = false;    ///< as well: this is the half of the model that texts alone go through
    Biases biases = Biases::ByConfig;
    bool fused = false;              ///< queries, keys and values are one matrix, gates and what they gate another
    bool normed_heads = false;       ///< queries and keys are normed head by head
    bool normed_outputs = false;     ///< what attention and MLP add is normed
    double norm_offset = 0;          ///< added to the weights of norms
    bool scaled_embeddings = false;  ///< by the square root of the width
    bool skips_rotation = false;     ///< in some layers

    Windows windows = Windows::None;
    int64_t full_every = 0;  ///< if they alternate: of so many layers the last one has no window
    int64_t full_from = 28;  ///< if they are used and the config does not say it: the first layer that has one

    // If the config does not say it:
    int64_t window = 0;    ///< 0: none
    int64_t context = 0;   ///< max_position_embeddings
    int64_t kv_heads = 0;  ///< 0: as many as heads
    int64_t head_dim = 0;  ///< 0: width / heads
    double eps = 1e-6;     ///< of the norms
    const char *activation_key = "hidden_act", *activation = "silu";
    std::optional<double> query_scalar = {};  ///< scores are divided by its root; nothing: head_dim, whatever it says
    std::optional<double> score_cap = {}, logit_cap = {};  ///< 0: none; nothing: none, whatever it says
    double theta = 1e4;
    std::optional<double> window_theta = {};  ///< layers with a window are rotated in a way of their own; of that
    /// Of a rotation that is stretched: a text that comes to be longer is computed anew. 0: the context, and never.
    int64_t original_context = 0;

    /// The same network with a classifier at its end: "Qwen3ForSequenceClassification". transformers has none for
    /// models that read pictures.
    std::string classifier() const { return std::string(prefix) + text + "ForSequenceClassification"; }
    /// The same without anything at its end: "Qwen3Model".
    std::string base() const { return std::string(prefix) + text + "Model"; }
    /// That of a model that reads pictures, with both halves: "Qwen3VLModel".
    std::string whole_base() const;
};

/// All of them.
const std::vector<LlamaKind>& llama_kinds();

/// That of a class with whatever is at its end; nullptr if it is not known.
const LlamaKind* llama_kind_of(const std::string& class_name);

/// The classes that have a language model's head, or a classifier at their end, or that may stand for text encoders.
std::vector<std::string> llama_language_models();
std::vector<std::string> llama_classifiers();
std::vector<std::string> llama_text_encoders();

}  // namespace fanlight
