#include "core/families/flux_1/network/transformer.h"

#include <ATen/ATen.h>

#include <memory>
#include <optional>

#include "core/layers/fused_transformer.h"
#include "core/layers/layers.h"
#include "core/layers/token_rows.h"
#include "core/models/axial_rope.h"
#include "core/models/joint_attention.h"
#include "core/models/modulation.h"
#include "core/models/time_embedding.h"

namespace fanlight {

namespace {

/// What is told of each picture in numbers: found out once for each conditioning, since numbers that lie on a device
/// keep the host waiting.
class Told {
public:
    explicit Told(const State& state) {
        std::vector<at::Tensor>& kept = (*state.memory)["flux_1 numbers"];
        if (kept.empty()) kept = {state.conditioning->numbers.to(at::kCPU, at::kFloat).contiguous()};
        numbers_ = kept.front();
    }

    int64_t height() const { return static_cast<int64_t>(of(0)[0]); }  ///< in tokens, of all pictures
    int64_t width() const { return static_cast<int64_t>(of(0)[1]); }
    float guidance(int64_t row) const { return of(row)[2]; }

private:
    const float* of(int64_t row) const { return numbers_.const_data_ptr<float>() + row * numbers_.size(1); }

    at::Tensor numbers_;  ///< [R, 3]
};

/// Of the text's tokens, which all have the same place, then of the picture's, by rows and columns.
Turns turns_of(const Flux1Config& config, const State& state, at::Device device) {
    return kept_turns(*state.memory, "flux_1 turns", device, [&] {
        const Told told(state);
        const int64_t text = state.conditioning->context.size(1), picture = told.height() * told.width();
        const at::Tensor ids = at::zeros({text + picture, 3}, at::kDouble);
        ids.narrow(0, text, picture).narrow(1, 1, 2).copy_(grid_ids(told.height(), told.width()));
        return AxialRope{config.axes, Flux1Config::rope_theta, /*rounds_angles=*/false}(ids);
    });
}

/// What each row's time, guidance and text make of it as a whole, on a device: [1, width] each.
std::vector<at::Tensor> rows_told(const State& state, at::Device device) {
    return state.named.get("temb").to(device).split(1);
}

/// Makes the modulations of some parts.
class Modulator {
public:
    Modulator(const Flux1Config& c, const Weights& w, int64_t parts)
        : width_(c.width()), linear_(linear(w / "linear", width_, 3 * parts * width_)) {}

    /// temb: [1, width]
    std::vector<Modulation> operator()(const at::Tensor& temb) const {
        return modulations_in(linear_(at::silu(temb)).squeeze(0), width_);
    }

private:
    int64_t width_;
    Linear linear_;
};

class FeedForward {
public:
    FeedForward(const Flux1Config& c, const Weights& w)
        : proj_(linear(w / "net" / 0 / "proj", c.width(), c.mlp_width())),
          out_(linear(w / "net" / 2, c.mlp_width(), c.width())) {}

    at::Tensor operator()(const at::Tensor& x) const { return out_(gelu_tanh(proj_(x))); }

private:
    Linear proj_, out_;
};

/// With a stream for the text and one for the picture.
class DoubleBlock {
public:
    DoubleBlock(const Flux1Config& c, const Weights& w)
        : norm1_(c, w / "norm1", 2),
          norm1_context_(c, w / "norm1_context", 2),
          attn_(w / "attn", {c.width(), c.heads, c.head_dim, Flux1Config::eps, /*has_bias=*/true}),
          ff_(c, w / "ff"),
          ff_context_(c, w / "ff_context") {}

    at::Device device() const { return attn_.device(); }

    TextAndPicture operator()(const TextAndPicture& x, const at::Tensor& temb, const Turns& turns) const {
        const std::vector<Modulation> picture = norm1_(temb), text = norm1_context_(temb);
        const TextAndPicture attended =
            attn_({text[0].before(x.text, eps_), picture[0].before(x.picture, eps_)}, turns);
        return {within_float16(through(ff_context_, text[1], text[0].after(x.text, attended.text))),
                through(ff_, picture[1], picture[0].after(x.picture, attended.picture))};
    }

private:
    static constexpr double eps_ = Flux1Config::eps;

    static at::Tensor through(const FeedForward& mlp, const Modulation& by, const at::Tensor& x) {
        return by.after(x, mlp(by.before(x, eps_)));
    }

    Modulator norm1_, norm1_context_;
    JointAttention attn_;
    FeedForward ff_, ff_context_;
};

/// With one stream for both, whose attention and MLP are side by side (Dehghani et al. 2023, section 2.1).
class SingleBlock {
public:
    SingleBlock(const Flux1Config& c, const Weights& w)
        : heads_(c.heads),
          norm_(c, w / "norm", 1),
          proj_mlp_(linear(w / "proj_mlp", c.width(), c.mlp_width())),
          proj_out_(linear(w / "proj_out", c.width() + c.mlp_width(), c.width())),
          to_q_(linear(w / "attn" / "to_q", c.width(), c.width())),
          to_k_(linear(w / "attn" / "to_k", c.width(), c.width())),
          to_v_(linear(w / "attn" / "to_v", c.width(), c.width())),
          norm_q_(w / "attn" / "norm_q", c.head_dim, Flux1Config::eps),
          norm_k_(w / "attn" / "norm_k", c.head_dim, Flux1Config::eps) {}

    at::Device device() const { return proj_out_.weight.device(); }

    /// x: [1, L, width]
    at::Tensor operator()(const at::Tensor& x, const at::Tensor& temb, const Turns& turns) const {
        const Modulation by = norm_(temb).front();
        return within_float16(by.after(x, proj_out_(attended_and_mlp(by.before(x, Flux1Config::eps), turns))));
    }

private:
    /// In steps, so that no more is in memory at a time than must be.
    at::Tensor attended_and_mlp(const at::Tensor& y, const Turns& turns) const {
        const at::Tensor attended = attend(turned_heads(to_q_(y), heads_, norm_q_, turns),
                                           turned_heads(to_k_(y), heads_, norm_k_, turns), to_v_(y), heads_);
        const at::Tensor mlp = gelu_tanh(proj_mlp_(y));
        return at::cat({attended, mlp}, -1);
    }

    int64_t heads_;
    Modulator norm_;
    Linear proj_mlp_, proj_out_, to_q_, to_k_, to_v_;
    RMSNorm norm_q_, norm_k_;
};

/// Two linear layers with an activation between them.
class Embedder {
public:
    Embedder(const Weights& w, int64_t in, int64_t width)
        : linear_1_(linear(w / "linear_1", in, width)), linear_2_(linear(w / "linear_2", width, width)) {}

    at::Tensor operator()(const at::Tensor& x) const {
        return linear_2_(at::silu(linear_1_(beside(x, linear_1_.weight).to(linear_1_.weight.scalar_type()))));
    }
    /// Of a number's sinusoids.
    at::Tensor of_number(float number) const {
        return (*this)(time_sinusoids(number, Flux1Config::sinusoids, linear_1_.weight));
    }

private:
    Linear linear_1_, linear_2_;
};

/// Puts "temb", [R, width], for the modulations.
class WholeEmbedding {
public:
    WholeEmbedding(const Flux1Config& c, const Weights& w)
        : timestep_(w / "timestep_embedder", Flux1Config::sinusoids, c.width()),
          text_(w / "text_embedder", c.pooled_width, c.width()) {
        if (c.takes_guidance) guidance_.emplace(w / "guidance_embedder", Flux1Config::sinusoids, c.width());
    }

    void operator()(State& state) const {
        const auto left = static_cast<float>(state.named.take("time").item<double>());
        const at::Tensor time = timestep_.of_number(left * 1000.0f);
        std::vector<at::Tensor> rows = kept_texts(state);
        const Told told(state);
        for (size_t r = 0; r < rows.size(); ++r) {
            at::Tensor own = time;
            if (guidance_) own = own + guidance_->of_number(told.guidance(static_cast<int64_t>(r)) * 1000.0f);
            rows[r] = own + rows[r];
        }
        state.named.put("temb", at::cat(rows));
    }

private:
    std::vector<at::Tensor> kept_texts(const State& state) const {
        std::vector<at::Tensor>& kept = (*state.memory)["time_text_embed"];
        if (kept.empty())
            for (const at::Tensor& pooled : state.conditioning->pooled.split(1)) kept.push_back(text_(pooled));
        return kept;
    }

    Embedder timestep_, text_;
    std::optional<Embedder> guidance_;
};

/// Puts a "text" next to the picture: [R, L, width].
Layer::Function text_layer(const Flux1Config& c, const Weights& w) {
    return [=, embed = linear(w, c.text_width, c.width())](State& s) {
        std::vector<at::Tensor>& kept = (*s.memory)["context_embedder"];
        if (kept.empty()) kept = {by_token_rows(s.conditioning->context, embed)};
        s.named.put("text", kept.front());
    };
}

/// [R, C, h, w] -> [R, h/2 * w/2, width]: a token is the four latents of each channel.
Layer::Function picture_layer(const Flux1Config& c, const Weights& w) {
    return [=, embed = linear(w, c.token(), c.width())](State& s) {
        const at::Tensor patches = at::pixel_unshuffle(s.hidden, Flux1Config::patch);
        s.hidden = by_token_rows(patches.flatten(2).transpose(1, 2).contiguous(), embed);
    };
}

Layer::Function double_layer(const Flux1Config& c, const Weights& w) {
    return [=, block = std::make_shared<const DoubleBlock>(c, w)](State& s) {
        const at::Device device = block->device();
        const Turns turns = turns_of(c, s, device);
        const std::vector<at::Tensor> temb = rows_told(s, device);
        std::vector<at::Tensor> texts = s.named.take("text").to(device).split(1),
                                pictures = s.hidden.to(device).split(1);
        for (size_t r = 0; r < texts.size(); ++r) {
            const TextAndPicture made = (*block)({texts[r], pictures[r]}, temb[r], turns);
            texts[r] = made.text;
            pictures[r] = made.picture;
        }
        s.named.put("text", joined_token_rows(texts));
        s.hidden = joined_token_rows(pictures);
    };
}

/// The first of these puts the text before the picture.
Layer::Function single_layer(const Flux1Config& c, const Weights& w) {
    return [=, block = std::make_shared<const SingleBlock>(c, w)](State& s) {
        const at::Device device = block->device();
        const Turns turns = turns_of(c, s, device);
        const std::vector<at::Tensor> temb = rows_told(s, device);
        at::Tensor x = s.hidden.to(device);
        if (const at::Tensor text = s.named.take("text"); text.defined()) x = at::cat({text.to(device), x}, 1);
        std::vector<at::Tensor> rows = x.split(1);
        for (size_t r = 0; r < rows.size(); ++r) rows[r] = (*block)(rows[r], temb[r], turns);
        s.hidden = joined_token_rows(rows);
    };
}

/// Leaves the picture's tokens alone.
Layer::Function norm_layer(const Flux1Config& c, const Weights& w) {
    return [=, project = linear(w / "linear", c.width(), 2 * c.width())](State& s) {
        const bool is_apart = s.named.take("text").defined();  // in a network without single blocks
        const int64_t text = is_apart ? 0 : s.conditioning->context.size(1);
        const at::Tensor x = beside(s.hidden, project.weight).narrow(1, text, s.hidden.size(1) - text);
        const std::vector<at::Tensor> temb = rows_told(s, project.weight.device());
        s.named.take("temb");
        std::vector<at::Tensor> rows = x.split(1);
        for (size_t r = 0; r < rows.size(); ++r) {
            const auto parts = project(at::silu(temb[r])).squeeze(0).chunk(2);
            rows[r] = modulated_layer_norm(rows[r].contiguous(), Flux1Config::eps, parts[0], parts[1]);
        }
        s.hidden = joined_token_rows(rows);
    };
}

Layer::Function last_layer(const Flux1Config& c, const Weights& w) {
    return [=, project = linear(w, c.width(), c.token())](State& s) {
        const Told told(s);
        const at::Tensor tokens = by_token_rows(s.hidden, project);
        const at::Tensor patches =
            tokens.transpose(1, 2).reshape({tokens.size(0), tokens.size(2), told.height(), told.width()});
        s.hidden = at::pixel_shuffle(patches, Flux1Config::patch);
    };
}

}  // namespace

std::vector<LayerPlan> flux_1_layers(const Flux1Config& c, const Weights& weights) {
    std::vector<LayerPlan> plans = {
        {"time_text_embed", [=] { return Layer::Function(WholeEmbedding(c, weights / "time_text_embed")); }},
        {"context_embedder", [=] { return text_layer(c, weights / "context_embedder"); }},
        {"x_embedder", [=] { return picture_layer(c, weights / "x_embedder"); }}};
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

State flux_1_input(const at::Tensor& x, double timestep) {
    const float left = static_cast<float>(timestep) / 1000.0f;
    return {.hidden = x, .named = {{"time", at::scalar_tensor(static_cast<double>(left), at::kDouble)}}};
}

}  // namespace fanlight
