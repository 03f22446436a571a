#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// Classes of transformers whose network is BERT's but for what stands here and in their configs.
struct BertKind {
    /// What the config calls the same numbers.
    struct Options {
        const char *width, *layers, *heads, *mlp_width, *activation;
        const char* eps = nullptr;  ///< nullptr: it is always the default
    };
    /// What the checkpoint calls the same parts of a block.
    struct Block {
        const char *query, *key, *value, *attention_output, *attention_norm;
        const char *intermediate, *output, *output_norm;
    };
    /// Of a classifier, behind the blocks: a linear layer of the first token, an activation, one to the labels.
    struct Classifier {
        const char *dense, *activation, *labels;
    };
    /// Of a masked language model: a linear layer, an activation, a norm, one to the vocabulary, whose bias is `bias`.
    struct Masked {
        const char* layer =
            nullptr;  ///< the module that all are in; nullptr: they are layers of the network themselves
        const char *dense, *norm, *decoder, *bias;
        const char* activation = nullptr;  ///< nullptr: as in the blocks
    };
    enum class Types {
        None,         ///< nothing tells a first text from a second one
        AlwaysFirst,  ///< there are embeddings for it, and all tokens have the first one
        OfTexts
    };

    const char* prefix;  ///< of its modules' classes: "XLMRoberta"
    const char* root;    ///< of its keys: "roberta"
    const char* blocks;  ///< in it: "encoder.layer"
    Options options;
    Block block;
    Classifier classifier;
    Masked masked;
    Types types = Types::OfTexts;
    bool counts_from_pad = false;  ///< positions begin behind the pad token's number, which is that of pad tokens
    bool head_first = false;       ///< transformers registers what is behind the blocks before them
    int64_t vocabulary = 30522, layers = 12;  ///< if the config does not say it

    std::string masked_class() const { return std::string(prefix) + "ForMaskedLM"; }
    std::string classifier_class() const { return std::string(prefix) + "ForSequenceClassification"; }
};

/// All of them.
const std::vector<BertKind>& bert_kinds();

/// BERT and its relatives: a transformers config, as far as it says what the network computes.
struct BertConfig {
    /// Throws Error naming the wrong value or the unknown class; `where` is the config's file.
    BertConfig(const Json& config, const Place& where);

    const BertKind& kind;
    bool masked;                 ///< it is a masked language model, and no classifier
    int64_t vocabulary;          ///< tokens
    std::optional<int64_t> pad;  ///< if positions count from it
    int64_t positions, context;  ///< embeddings, and tokens that they are enough for
    int64_t types;               ///< kinds of text
    int64_t width, layers, heads, mlp_width;
    double eps;  ///< of the norms
    std::string activation;
    bool tied;  ///< a masked language model's decoder has the embedding's weight, and the head's bias
};

}  // namespace fanlight
