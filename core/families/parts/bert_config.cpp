#include "core/families/parts/bert_config.h"

#include "core/families/parts/config_numbers.h"

namespace fanlight {

namespace {

constexpr int64_t max_types = 1000;

void refuse_other_kinds(const Json& c, const std::string& where) {
    const auto positions = optional_or<std::string>(c, "position_embedding_type", "absolute", where);
    if (positions != "absolute")
        throw Error(where + ": position_embedding_type is " + positions.substr(0, 40) +
                    ", and only absolute is supported; choose another model.");
    if (optional_or<bool>(c, "is_decoder", false, where))
        throw Error(where + ": is_decoder is true, and BERT is supported as an encoder only; choose another model.");
}

}  // namespace

BertConfig::BertConfig(const Json& c, const std::string& where)
    : vocabulary(whole_number_or(c, "vocab_size", 30522, 1, max_vocabulary, where)),
      context(whole_number_or(c, "max_position_embeddings", 512, 1, max_context, where)),
      types(whole_number_or(c, "type_vocab_size", 2, 1, max_types, where)),
      width(whole_number_or(c, "hidden_size", 768, 1, max_width, where)),
      layers(whole_number_or(c, "num_hidden_layers", 12, 1, max_layers, where)),
      heads(whole_number_or(c, "num_attention_heads", 12, 1, width, where)),
      mlp_width(whole_number_or(c, "intermediate_size", 3072, 1, 4 * max_width, where)),
      eps(number_or(c, "layer_norm_eps", 1e-12, 0, 1, where)),
      activation(optional_or<std::string>(c, "hidden_act", "gelu", where)) {
    refuse_other_kinds(c, where);
    if (width % heads != 0)
        throw Error(where + ": hidden_size is " + std::to_string(width) + " and cannot be cut into " +
                    std::to_string(heads) + " heads (num_attention_heads)");
}

}  // namespace fanlight
