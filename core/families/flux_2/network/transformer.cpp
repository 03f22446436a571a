#include "core/families/flux_2/network/transformer.h"

#include <ATen/ATen.h>

#include <memory>

#include "core/layers/fused_transformer.h"
#include "core/layers/layers.h"
#include "core/layers/token_rows.h"
#include "core/models/axial_rope.h"
#include "core/models/joint_attention.h"
#include "core/models/modulation.h"
#include "core/models/time_embedding.h"

namespace fanlight {

namespace {

/// Height and width of the pictures in tokens: found out once for each conditioning, since numbers that lie on a device
/// keep the host waiting.
std::pair<int64_t, int64_t> size_of(const State& state) {
    std::vector<at::Tensor>& kept = (*state.memory)["flux_2 size"];
    if (kept.empty()) kept = {state.conditioning->numbers[0].to(at::kCPU, at::kLong)};
    const int64_t* numbers = kept.front().const_data_ptr<int64_t>();
    return {numbers[0], numbers[1]};
}

/// Of the text's tokens, numbered on the last axis, then of the picture's, by rows and columns.
Turns turns_of(const Flux2Config& config, const State& state, at::Device device) {
    return kept_turns(*state.memory, "flux_2 turns", device, [&] {
        const auto [height, width] = size_of(state);
        const int64_t text = state.conditioning->context.size(1), picture = height * width;
        const at::Tensor ids = at::zeros({text + picture, 4}, at::kDouble);
        ids.narrow(0, 0, text).select(1, 3).copy_(at::arange(text, at::kDouble));
        ids.narrow(0, text, picture).narrow(1, 1, 2).copy_(grid_ids(height, width));
        return AxialRope{config.axes, config.rope_theta, /*rounds_angles=*/false}(ids);
    });
}

/// Those of several parts, one after the other in the named tensor.
std::vector<Modulation> modulations(const State& state, const char* name, at::Device device) {
    return modulations_in(state.named.get(name).squeeze(0).to(device), state.hidden.size(-1));
}

struct FeedForward {
    FeedForward(const Flux2Config& c, const Weights& w)
        : linear_in(linear_no_bias(w / "linear_in", c.width(), 2 * c.mlp_width)),
          linear_out(linear_no_bias(w / "linear_out", c.mlp_width, c.width())) {}

    at::Tensor operator()(const at::Tensor& x) const { return linear_out(swiglu(linear_in(x))); }

private:
    Linear linear_in, linear_out;
};

/// With a stream for the text and one for the picture.
class DoubleBlock {
public:
    DoubleBlock(const Flux2Config& c, const Weights& w)
        : eps_(c.eps),
          attn(w / "attn", {c.width(), c.heads, c.head_dim, c.eps, /*has_bias=*/false}),
          ff(c, w / "ff"),
          ff_context(c, w / "ff_context") {}

    at::Device device() const { return attn.device(); }

    struct Modulations {
        std::vector<Modulation> text, picture;  ///< of the attention and of the MLP
    };
    TextAndPicture operator()(const TextAndPicture& x, const Modulations& by, const Turns& turns) const {
        const TextAndPicture attended =
            attn({by.text[0].before(x.text, eps_), by.picture[0].before(x.picture, eps_)}, turns);
        return {within_float16(through(ff_context, by.text[1], by.text[0].after(x.text, attended.text))),
                through(ff, by.picture[1], by.picture[0].after(x.picture, attended.picture))};
    }

private:
    at::Tensor through(const FeedForward& mlp, const Modulation& by, const at::Tensor& x) const {
        return by.after(x, mlp(by.before(x, eps_)));
    }

    double eps_;
    JointAttention attn;
    FeedForward ff, ff_context;
};

/// With one stream for both, whose attention and MLP are side by side (Dehghani et al. 2023, section 2.1).
class SingleBlock {
public:
    SingleBlock(const Flux2Config& c, const Weights& w)
        : config_(c),
          to_qkv_mlp_proj(linear_no_bias(w / "attn" / "to_qkv_mlp_proj", c.width(), 3 * c.width() + 2 * c.mlp_width)),
          to_out(linear_no_bias(w / "attn" / "to_out", c.width() + c.mlp_width, c.width())),
          norm_q(w / "attn" / "norm_q", c.head_dim, c.eps),
          norm_k(w / "attn" / "norm_k", c.head_dim, c.eps) {}

    at::Device device() const { return to_out.weight.device(); }

    /// x: [1, L, width]
    at::Tensor operator()(const at::Tensor& x, const Modulation& by, const Turns& turns) const {
        const int64_t width = config_.width(), heads = config_.heads;
        const at::Tensor all = to_qkv_mlp_proj(by.before(x, config_.eps));
        const at::Tensor q = turned_heads(all.narrow(-1, 0, width), heads, norm_q, turns),
                         k = turned_heads(all.narrow(-1, width, width), heads, norm_k, turns);
        const at::Tensor attended = attend(q, k, all.narrow(-1, 2 * width, width), heads);
        const at::Tensor mlp = swiglu(all.narrow(-1, 3 * width, 2 * config_.mlp_width));
        return within_float16(by.after(x, to_out(at::cat({attended, mlp}, -1))));
    }

private:
    Flux2Config config_;
    Linear to_qkv_mlp_proj, to_out;
    RMSNorm norm_q, norm_k;
};

Layer::Function time_layer(const Flux2Config& c, const Weights& w) {
    const Linear linear_1 = linear_no_bias(w / "timestep_embedder" / "linear_1", c.sinusoids, c.width()),
                 linear_2 = linear_no_bias(w / "timestep_embedder" / "linear_2", c.width(), c.width());
    return [=](State& s) {
        const auto left = static_cast<float>(s.named.take("time").item<double>());
        const at::Tensor waves = time_sinusoids(left * 1000.0f, c.sinusoids, linear_1.weight);
        s.named.put("temb", linear_2(activation("silu")(linear_1(waves.to(linear_1.weight.scalar_type())))));
    };
}

/// All blocks of a kind have the same modulations: `parts` shifts, scales and gates, under the layer's own name.
Layer::Function modulation_layer(const Flux2Config& c, const Weights& w, const char* name, int64_t parts) {
    return [=, project = linear_no_bias(w / "linear", c.width(), 3 * parts * c.width())](State& s) {
        s.named.put(name, project(activation("silu")(s.named.get("temb"))));
    };
}

Layer::Function picture_layer(const Flux2Config& c, const Weights& w) {
    return [=, embed = linear_no_bias(w, c.channels, c.width())](State& s) {
        s.hidden =
            by_token_rows(s.hidden.flatten(2).transpose(1, 2).contiguous(), embed);  // [R, C, h, w] -> [R, h*w, C]
    };
}

/// Puts a "text" next to the picture: [R, L, width].
Layer::Function text_layer(const Flux2Config& c, const Weights& w) {
    return [=, embed = linear_no_bias(w, c.text_width, c.width())](State& s) {
        std::vector<at::Tensor>& kept = (*s.memory)["context_embedder"];
        if (kept.empty()) kept = {by_token_rows(s.conditioning->context, embed)};
        s.named.put("text", kept.front());
    };
}

constexpr const char *of_picture = "double_stream_modulation_img", *of_text = "double_stream_modulation_txt",
                     *of_both = "single_stream_modulation";

Layer::Function double_layer(const Flux2Config& c, const Weights& w) {
    return [=, block = std::make_shared<const DoubleBlock>(c, w)](State& s) {
        const at::Device device = block->device();
        const DoubleBlock::Modulations by{modulations(s, of_text, device), modulations(s, of_picture, device)};
        const Turns turns = turns_of(c, s, device);
        std::vector<at::Tensor> texts = s.named.take("text").to(device).split(1),
                                pictures = s.hidden.to(device).split(1);
        for (size_t r = 0; r < texts.size(); ++r) {
            const TextAndPicture made = (*block)({texts[r], pictures[r]}, by, turns);
            texts[r] = made.text;
            pictures[r] = made.picture;
        }
        s.named.put("text", joined_token_rows(texts));
        s.hidden = joined_token_rows(pictures);
    };
}

/// The first of these puts the text before the picture.
Layer::Function single_layer(const Flux2Config& c, const Weights& w) {
    return [=, block = std::make_shared<const SingleBlock>(c, w)](State& s) {
        const at::Device device = block->device();
        const Modulation by = modulations(s, of_both, device).at(0);
        const Turns turns = turns_of(c, s, device);
        at::Tensor x = s.hidden.to(device);
        if (const at::Tensor text = s.named.take("text"); text.defined()) {
            x = at::cat({text.to(device), x}, 1);
            for (const char* used : {of_picture, of_text}) s.named.take(used);
        }
        s.hidden = by_token_rows(x, [&](const at::Tensor& row) { return (*block)(row, by, turns); });
    };
}

/// Leaves the picture's tokens alone.
Layer::Function norm_layer(const Flux2Config& c, const Weights& w) {
    return [=, project = linear_no_bias(w / "linear", c.width(), 2 * c.width())](State& s) {
        const auto parts = project(activation("silu")(s.named.take("temb"))).squeeze(0).chunk(2);
        const bool is_apart = s.named.take("text").defined();  // in a network without single blocks
        for (const char* used : {of_picture, of_text, of_both}) s.named.take(used);
        const int64_t text = is_apart ? 0 : s.conditioning->context.size(1);
        const at::Tensor x = beside(s.hidden, project.weight).narrow(1, text, s.hidden.size(1) - text).contiguous();
        s.hidden = modulated_layer_norm(x, c.eps, parts[0], parts[1]);
    };
}

Layer::Function last_layer(const Flux2Config& c, const Weights& w) {
    return [=, project = linear_no_bias(w, c.width(), c.channels)](State& s) {
        const auto [height, width] = size_of(s);
        const at::Tensor tokens = by_token_rows(s.hidden, project);
        s.hidden = tokens.transpose(1, 2).reshape({tokens.size(0), c.channels, height, width});
    };
}

}  // namespace

std::vector<LayerPlan> flux_2_layers(const Flux2Config& c, const Weights& weights) {
    std::vector<LayerPlan> plans = {
        {"time_guidance_embed", [=] { return time_layer(c, weights / "time_guidance_embed"); }}};
    for (const auto& [name, parts] : {std::pair(of_picture, 2), {of_text, 2}, {of_both, 1}})
        plans.push_back(
            {name, [=, name = name, parts = parts] { return modulation_layer(c, weights / name, name, parts); }});
    plans.push_back({"x_embedder", [=] { return picture_layer(c, weights / "x_embedder"); }});
    plans.push_back({"context_embedder", [=] { return text_layer(c, weights / "context_embedder"); }});
    const auto add = [&](const std::string& list, int64_t count, const auto& make) {
        for (int64_t i = 0; i < count; ++i)
            plans.push_back({list + "." + std::to_string(i), [=] { return make(c, weights / list / i); }});
    };
    add("transformer_blocks", c.layers, &double_layer);
    add("single_transformer_blocks", c.single_layers, &single_layer);
    plans.push_back({"norm_out", [=] { return norm_layer(c, weights / "norm_out"); }});
    plans.push_back({"proj_out", [=] { return last_layer(c, weights / "proj_out"); }});
    return plans;
}

State flux_2_input(const at::Tensor& x, double timestep) {
    const float left = static_cast<float>(timestep) / 1000.0f;
    return {.hidden = x, .named = {{"time", at::scalar_tensor(static_cast<double>(left), at::kDouble)}}};
}

}  // namespace fanlight
