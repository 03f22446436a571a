#include "core/families/parts/phi_config.h"

#include "core/base/config_numbers.h"
#include "core/families/parts/activation_name.h"

namespace fanlight {

PhiConfig::PhiConfig(const Json& c, const Place& where)
    : vocabulary(whole_number(c, "vocab_size", 1, max_vocabulary, where)),
      width(whole_number(c, "hidden_size", 1, max_width, where)),
      layers(whole_number(c, "num_hidden_layers", 1, max_layers, where)),
      heads(whole_number(c, "num_attention_heads", 1, width, where)),
      kv_heads(whole_number_or(c, "num_key_value_heads", heads, 1, heads, where)),
      head_dim(width / heads),
      mlp_width(whole_number(c, "intermediate_size", 1, 4 * max_width, where)),
      context(whole_number_or(c, "max_position_embeddings", 2048, 1, max_context, where)),
      eps(number_or(c, "layer_norm_eps", 1e-5, 0, 1, where)),
      activation(activation_name(c, "hidden_act", "gelu_new", where)),
      normed_heads(optional_or<bool>(c, "qk_layernorm", false, where)),
      rope(c, {.partial = 0.5}, head_dim, context, where) {
    context = rope.longest_text();
    check_shared_heads(heads, kv_heads, where);
}

}  // namespace fanlight
