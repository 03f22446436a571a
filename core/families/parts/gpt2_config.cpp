#include "core/families/parts/gpt2_config.h"

#include <cmath>

#include "core/base/config_numbers.h"
#include "core/families/parts/activation_name.h"

namespace fanlight {

GPT2Config::GPT2Config(const Json& c, const Place& where)
    : vocabulary(whole_number_or(c, "vocab_size", 50257, 1, max_vocabulary, where)),
      context(whole_number_or(c, "n_positions", 1024, 1, max_context, where)),
      width(whole_number_or(c, "n_embd", 768, 1, max_width, where)),
      layers(whole_number_or(c, "n_layer", 12, 1, max_layers, where)),
      heads(whole_number_or(c, "n_head", 12, 1, width, where)),
      mlp_width(whole_number_or(c, "n_inner", 4 * width, 1, 4 * max_width, where)),
      eps(number_or(c, "layer_norm_epsilon", 1e-5, 0, 1, where)),
      activation(activation_name(c, "activation_function", "gelu_new", where)),
      scaled(optional_or<bool>(c, "scale_attn_weights", true, where)),
      scaled_by_layer(optional_or<bool>(c, "scale_attn_by_inverse_layer_idx", false, where)) {
    if (width % heads != 0)
        throw Error("%1: n_embd is %2 and cannot be divided into %3 heads (n_head)", where, width, heads);
    if (optional_or<bool>(c, "add_cross_attention", false, where))
        throw Error(
            "%1: add_cross_attention is true, and decoders with cross-attention are not supported; choose a language "
            "model of its own.",
            where);
}

double GPT2Config::scale(int64_t layer) const {
    const double scale = scaled ? 1 / std::sqrt(static_cast<double>(head_dim())) : 1;
    return scaled_by_layer ? scale / static_cast<double>(layer + 1) : scale;
}

}  // namespace fanlight
