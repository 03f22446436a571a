#include "core/families/parts/t5_config.h"

#include "core/base/config_numbers.h"
#include "core/families/parts/activation_name.h"

namespace fanlight {

namespace {

/// "gated-gelu" is the name of old checkpoints for a gate by GELU's approximation.
std::string activation_of(const std::string& projection, bool gated) {
    if (projection == "gated-gelu") return "gelu_new";
    return gated ? projection.substr(projection.find('-') + 1) : projection;
}

}  // namespace

T5Config::T5Config(const Json& c, const Place& where)
    : vocabulary(whole_number_or(c, "vocab_size", 32128, 1, max_vocabulary, where)),
      width(whole_number_or(c, "d_model", 512, 1, max_width, where)),
      head_dim(whole_number_or(c, "d_kv", 64, 1, max_width, where)),
      mlp_width(whole_number_or(c, "d_ff", 2048, 1, 4 * max_width, where)),
      layers(whole_number_or(c, "num_layers", 6, 1, max_layers, where)),
      decoder_layers(whole_number_or(c, "num_decoder_layers", layers, 1, max_layers, where)),
      heads(whole_number_or(c, "num_heads", 8, 1, max_width, where)),
      buckets(whole_number_or(c, "relative_attention_num_buckets", 32, 4, max_width, where)),
      max_distance(whole_number_or(c, "relative_attention_max_distance", 128, 2, max_width, where)),
      eps(number_or(c, "layer_norm_epsilon", 1e-6, 0, 1, where)) {
    const auto projection = optional_or<std::string>(c, "feed_forward_proj", "relu", where);
    gated = projection.starts_with("gated-");
    activation =
        activation_name({{"feed_forward_proj", activation_of(projection, gated)}}, "feed_forward_proj", "", where);
    // Version 1.1 is told by its head, which is not the embedding; newer configs say it.
    const bool by_head = optional_or<bool>(c, "tie_word_embeddings", true, where);
    scaled_output = optional_or<bool>(c, "scale_decoder_outputs", by_head, where);
    if (heads * head_dim > max_width)
        throw Error("%1: %2 heads of %3 numbers (num_heads, d_kv) are too many", where, heads, head_dim);
    if (buckets % 4 != 0 || max_distance <= buckets / 2)
        throw Error(
            "%1: %2 buckets (relative_attention_num_buckets) do not fit distances up to %3 "
            "(relative_attention_max_distance)",
            where, buckets, max_distance);
}

}  // namespace fanlight
