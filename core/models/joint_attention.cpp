#include "core/models/joint_attention.h"

#include <ATen/ATen.h>

namespace fanlight {

namespace {

Linear projection_of(const Weights& w, const JointAttentionOptions& o, bool leads_in) {
    const int64_t inner = o.heads * o.head_dim, in = leads_in ? o.width : inner, out = leads_in ? inner : o.width;
    return o.has_bias ? linear(w, in, out) : linear_no_bias(w, in, out);
}

}  // namespace

JointAttention::JointAttention(const Weights& w, const JointAttentionOptions& o)
    : options_(o),
      text_{projection_of(w / "add_q_proj", o, true),       projection_of(w / "add_k_proj", o, true),
            projection_of(w / "add_v_proj", o, true),       projection_of(w / "to_add_out", o, false),
            RMSNorm(w / "norm_added_q", o.head_dim, o.eps), RMSNorm(w / "norm_added_k", o.head_dim, o.eps)},
      picture_{projection_of(w / "to_q", o, true),       projection_of(w / "to_k", o, true),
               projection_of(w / "to_v", o, true),       projection_of(w / "to_out" / 0, o, false),
               RMSNorm(w / "norm_q", o.head_dim, o.eps), RMSNorm(w / "norm_k", o.head_dim, o.eps)} {}

TextAndPicture JointAttention::operator()(const TextAndPicture& x, const Turns& turns) const {
    const int64_t heads = options_.heads, text = x.text.size(1), picture = x.picture.size(1);
    const Turns of_text = turns.of(0, text), of_picture = turns.of(text, picture);
    const at::Tensor q = at::cat({turned_heads(text_.to_q(x.text), heads, text_.norm_q, of_text),
                                  turned_heads(picture_.to_q(x.picture), heads, picture_.norm_q, of_picture)},
                                 1);
    const at::Tensor k = at::cat({turned_heads(text_.to_k(x.text), heads, text_.norm_k, of_text),
                                  turned_heads(picture_.to_k(x.picture), heads, picture_.norm_k, of_picture)},
                                 1);
    const at::Tensor v = at::cat({text_.to_v(x.text), picture_.to_v(x.picture)}, 1);
    const at::Tensor y = attend(q, k, v, heads);
    return {text_.to_out(y.narrow(1, 0, text)), picture_.to_out(y.narrow(1, text, picture))};
}

}  // namespace fanlight
