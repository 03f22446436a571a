#include "core/families/parts/clip_config.h"

#include "core/base/config_numbers.h"
#include "core/families/parts/activation_name.h"

namespace fanlight {

namespace {

constexpr int64_t max_positions = 100'000, clip_end_id = 49407, clip_projection = 512;

}  // namespace

ClipConfig::ClipConfig(const Json& json, const std::string& where)
    : vocabulary(whole_number(json, "vocab_size", 1, max_vocabulary, where)),
      width(whole_number(json, "hidden_size", 1, max_width, where)),
      mlp_width(whole_number(json, "intermediate_size", 1, 4 * max_width, where)),
      layers(whole_number(json, "num_hidden_layers", 1, max_layers, where)),
      heads(whole_number(json, "num_attention_heads", 1, width, where)),
      positions(whole_number_or(json, "max_position_embeddings", 77, 2, max_positions, where)),
      eps(number_or(json, "layer_norm_eps", 1e-5, 0, 1, where)),
      activation(activation_name(json, "hidden_act", "quick_gelu", where)),
      uses_attention_mask(optional_or<bool>(json, "use_attention_mask", false, where)),
      projection(whole_number_or(json, "projection_dim", clip_projection, 1, max_width, where)),
      end_id(whole_number_or(json, "eos_token_id", clip_end_id, 0, max_vocabulary, where)) {
    if (width % heads != 0)
        throw Error("%1: hidden_size is %2 and cannot be divided into %3 heads (num_attention_heads)", where, width,
                    heads);
}

}  // namespace fanlight
