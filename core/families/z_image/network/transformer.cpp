#include "core/families/z_image/network/transformer.h"

#include <ATen/ATen.h>

#include <cmath>
#include <memory>
#include <optional>

#include "core/layers/fused_transformer.h"
#include "core/layers/layers.h"
#include "core/layers/shapes.h"
#include "core/layers/token_rows.h"
#include "core/models/axial_rope.h"
#include "core/models/time_embedding.h"

namespace fanlight {

namespace {

constexpr int64_t patch = ZImageConfig::patch;

/// Where the tokens of a micro-batch's rows are: found out once for each conditioning, since numbers that lie on a
/// device keep the host waiting.
class TokenPlaces {
public:
    TokenPlaces(const ZImageConfig& config, const State& state) : config_(config), memory_(*state.memory) {
        std::vector<at::Tensor>& kept = memory_["z_image places"];
        if (kept.empty()) kept = {counted(*state.conditioning)};
        const int64_t* numbers = kept.front().const_data_ptr<int64_t>();
        height = numbers[0];
        width = numbers[1];
        captions.assign(numbers + 2, numbers + kept.front().numel());
    }

    int64_t height, width;          ///< of the pictures, in tokens
    std::vector<int64_t> captions;  ///< their lengths, without what fills them up

    int64_t picture() const { return height * width; }
    std::vector<int64_t> filled_captions() const { return plus(0); }
    std::vector<int64_t> pictures() const { return std::vector<int64_t>(captions.size(), filled(picture())); }
    /// Of both together.
    std::vector<int64_t> unified() const { return plus(filled(picture())); }

    Turns of_caption(size_t row, at::Device device) const {
        return turned("caption turns ", row, device, [&] { return caption_ids(row); });
    }
    Turns of_picture(size_t row, at::Device device) const {
        return turned("picture turns ", row, device, [&] { return picture_ids(row); });
    }
    Turns of_both(size_t row, at::Device device) const {
        return turned("unified turns ", row, device, [&] { return at::cat({picture_ids(row), caption_ids(row)}); });
    }

private:
    static at::Tensor counted(const Conditioning& told) {
        const at::Tensor size = told.numbers[0].to(at::kCPU, at::kLong);
        const at::Tensor lengths = told.mask.defined()
                                       ? told.mask.to(at::kLong).sum(1).cpu()
                                       : at::full({told.context.size(0)}, told.context.size(1), at::kLong);
        return at::cat({size, lengths}).contiguous();
    }

    /// From one, with what fills it up.
    at::Tensor caption_ids(size_t row) const {
        const int64_t length = filled(captions[row]);
        const at::Tensor zeros = at::zeros({length}, at::kDouble);
        return at::stack({at::arange(1, length + 1, at::kDouble), zeros, zeros}, 1);
    }

    /// Behind the caption, by rows and columns; what fills it up is at the origin.
    at::Tensor picture_ids(size_t row) const {
        const int64_t tokens = picture();
        const at::Tensor first = at::full({tokens}, static_cast<double>(filled(captions[row]) + 1), at::kDouble);
        return at::cat({at::cat({first.unsqueeze(1), grid_ids(height, width)}, 1),
                        at::zeros({filled(tokens) - tokens, 3}, at::kDouble)});
    }

    /// `ids`: [L, 3] float64, the place of each token on each axis. Rows with equally long captions have the same.
    template <typename Ids>
    Turns turned(const std::string& name, size_t row, at::Device device, const Ids& ids) const {
        return kept_turns(memory_, "z_image " + name + std::to_string(filled(captions[row])), device, [&] {
            return AxialRope{config_.axes, config_.rope_theta, /*rounds_angles=*/true}(ids());
        });
    }

    std::vector<int64_t> plus(int64_t more) const {
        std::vector<int64_t> lengths;
        for (const int64_t caption : captions) lengths.push_back(filled(caption) + more);
        return lengths;
    }

    const ZImageConfig& config_;
    Memory& memory_;
};

struct Block {
    Block(const ZImageConfig& c, const Weights& w, bool modulated)
        : heads(c.heads),
          eps(c.eps),
          norm_q(w / "attention" / "norm_q", c.head_dim, 1e-5),
          norm_k(w / "attention" / "norm_k", c.head_dim, 1e-5),
          to_q(linear_no_bias(w / "attention" / "to_q", c.width, c.width)),
          to_k(linear_no_bias(w / "attention" / "to_k", c.width, c.width)),
          to_v(linear_no_bias(w / "attention" / "to_v", c.width, c.width)),
          to_out(linear_no_bias(w / "attention" / "to_out" / 0, c.width, c.width)),
          w1(linear_no_bias(w / "feed_forward" / "w1", c.width, c.mlp_width())),
          w2(linear_no_bias(w / "feed_forward" / "w2", c.mlp_width(), c.width)),
          w3(linear_no_bias(w / "feed_forward" / "w3", c.width, c.mlp_width())),
          attention_norm1(w / "attention_norm1", c.width, c.eps),
          ffn_norm1(w / "ffn_norm1", c.width, c.eps),
          attention_norm2(w / "attention_norm2", c.width, c.eps),
          ffn_norm2(w / "ffn_norm2", c.width, c.eps) {
        if (modulated) modulation.emplace(linear(w / "adaLN_modulation" / 0, c.time_width(), 4 * c.width));
    }

    /// What the timestep makes of a block: each [width], undefined for blocks that are not modulated.
    struct Modulation {
        at::Tensor attention_scale, attention_gate, mlp_scale, mlp_gate;
    };
    Modulation modulated(const State& state) const {
        if (!modulation) return {};
        const auto parts = (*modulation)(state.named.get("temb")).squeeze(0).chunk(4);
        return {parts[0].contiguous(), parts[1].tanh(), parts[2].contiguous(), parts[3].tanh()};
    }

    at::Device device() const { return to_q.weight.device(); }

    /// x: [1, L, width]
    at::Tensor operator()(const at::Tensor& tokens, const Modulation& by, const Turns& turns) const {
        const at::Tensor x = beside(tokens, to_q.weight).contiguous();
        const at::Tensor h = normed(x, attention_norm1, by.attention_scale);
        const at::Tensor y = to_out(attend(turned_heads(to_q(h), heads, norm_q, turns),
                                           turned_heads(to_k(h), heads, norm_k, turns), to_v(h), heads));
        const at::Tensor z = add_gated_rms_norm(x, y, attention_norm2.weight, eps, by.attention_gate);
        const at::Tensor g = normed(z, ffn_norm1, by.mlp_scale);
        return add_gated_rms_norm(z, w2(swiglu(w1(g), w3(g))), ffn_norm2.weight, eps, by.mlp_gate);
    }

private:
    static at::Tensor normed(const at::Tensor& x, const RMSNorm& norm, const at::Tensor& scale) {
        return scale.defined() ? modulated_rms_norm(x, norm.weight, norm.eps, scale) : norm(x);
    }

    int64_t heads;
    double eps;
    RMSNorm norm_q, norm_k;
    Linear to_q, to_k, to_v, to_out, w1, w2, w3;
    RMSNorm attention_norm1, ffn_norm1, attention_norm2, ffn_norm2;
    std::optional<Linear> modulation;
};

using Places = Turns (TokenPlaces::*)(size_t row, at::Device device) const;

/// All rows of x, [R, L, width].
at::Tensor through(const Block& block, const State& state, const at::Tensor& x, const std::vector<int64_t>& lengths,
                   const TokenPlaces& places, Places turns) {
    const Block::Modulation by = block.modulated(state);
    std::vector<at::Tensor> rows = token_rows(x, lengths);
    const at::Device device = block.device();
    for (size_t r = 0; r < rows.size(); ++r) rows[r] = block(rows[r], by, (places.*turns)(r, device));
    return joined_token_rows(rows);
}

/// x with as many of the token behind it as fill it up. x: [1, L, width], token: [1, width]
at::Tensor filled_with(const at::Tensor& x, const at::Tensor& token) {
    const int64_t missing = filled(x.size(1)) - x.size(1);
    return missing == 0 ? x : at::cat({x, beside(token, x).expand({1, missing, x.size(2)})}, 1);
}

Layer::Function time_layer(const ZImageConfig& c, const Weights& w) {
    const Linear first = linear(w / "mlp" / 0, ZImageConfig::sinusoids, ZImageConfig::time_mid_width),
                 last = linear(w / "mlp" / 2, ZImageConfig::time_mid_width, c.time_width());
    return [=, scale = c.time_scale](State& s) {
        const auto left = static_cast<float>(s.named.take("time").item<double>());
        const at::Tensor waves = time_sinusoids(left * static_cast<float>(scale), ZImageConfig::sinusoids, s.hidden);
        s.named.put("temb", last(activation("silu")(first(waves.to(first.weight.scalar_type())))));
    };
}

/// Puts a "caption" next to the picture: [R, L, width].
Layer::Function caption_layer(const ZImageConfig& c, const Weights& root) {
    const RMSNorm norm(root / "cap_embedder" / 0, c.text_width, c.eps);
    const Linear embed = linear(root / "cap_embedder" / 1, c.text_width, c.width);
    const at::Tensor pad = root.take("cap_pad_token", {1, c.width});
    return [=](State& s) {
        std::vector<at::Tensor>& kept = (*s.memory)["cap_embedder"];
        if (kept.empty()) {
            std::vector<at::Tensor> rows = token_rows(s.conditioning->context, TokenPlaces(c, s).captions);
            for (at::Tensor& row : rows) row = filled_with(embed(norm(row.contiguous())), pad);
            kept = {joined_token_rows(rows)};
        }
        s.named.put("caption", kept.front());
    };
}

Layer::Function context_layer(const ZImageConfig& c, const Weights& w, const std::string& name) {
    return [=, block = std::make_shared<const Block>(c, w, false)](State& s) {
        std::vector<at::Tensor>& kept = (*s.memory)[name];
        if (kept.empty()) {
            const TokenPlaces places(c, s);
            kept = {
                through(*block, s, s.named.get("caption"), places.filled_captions(), places, &TokenPlaces::of_caption)};
        }
        s.named.put("caption", kept.front());
    };
}

Layer::Function picture_layer(const ZImageConfig& c, const Weights& root, const Weights& w) {
    const Linear embed = linear(w, c.patch_width(), c.width);
    const at::Tensor pad = root.take("x_pad_token", {1, c.width});
    return [=](State& s) {
        const auto [R, C, H, W] = dims<4>(s.hidden);
        const at::Tensor tokens = s.hidden.view({R, C, H / patch, patch, W / patch, patch})
                                      .permute({0, 2, 4, 3, 5, 1})
                                      .reshape({R, H / patch * (W / patch), patch * patch * C});
        std::vector<at::Tensor> rows = tokens.split(1);
        for (at::Tensor& row : rows) row = filled_with(embed(row), pad);
        s.hidden = joined_token_rows(rows);
    };
}

Layer::Function noise_layer(const ZImageConfig& c, const Weights& w) {
    return [=, block = std::make_shared<const Block>(c, w, true)](State& s) {
        const TokenPlaces places(c, s);
        s.hidden = through(*block, s, s.hidden, places.pictures(), places, &TokenPlaces::of_picture);
    };
}

/// The first of these puts the caption behind the picture.
Layer::Function main_layer(const ZImageConfig& c, const Weights& w) {
    return [=, block = std::make_shared<const Block>(c, w, true)](State& s) {
        const TokenPlaces places(c, s);
        if (const at::Tensor caption = s.named.take("caption"); caption.defined()) {
            std::vector<at::Tensor> rows = token_rows(s.hidden, places.pictures()),
                                    captions = token_rows(caption, places.filled_captions());
            for (size_t r = 0; r < rows.size(); ++r) rows[r] = at::cat({rows[r], beside(captions[r], rows[r])}, 1);
            s.hidden = joined_token_rows(rows);
        }
        s.hidden = through(*block, s, s.hidden, places.unified(), places, &TokenPlaces::of_both);
    };
}

Layer::Function final_layer(const ZImageConfig& c, const Weights& w) {
    const Linear modulation = linear(w / "adaLN_modulation" / 1, c.time_width(), c.width),
                 project = linear(w / "linear", c.width, c.patch_width());
    return [=](State& s) {
        const TokenPlaces places(c, s);
        const at::Tensor scale = modulation(activation("silu")(s.named.take("temb"))).squeeze(0) + 1;
        std::vector<at::Tensor> rows = token_rows(beside(s.hidden, project.weight),
                                                  std::vector<int64_t>(places.captions.size(), places.picture()));
        for (at::Tensor& row : rows)
            row = project(at::layer_norm(row.contiguous(), {c.width}, {}, {}, 1e-6) * scale)
                      .view({1, places.height, places.width, patch, patch, c.channels})
                      .permute({0, 5, 1, 3, 2, 4})
                      .reshape({1, c.channels, places.height * patch, places.width * patch});
        s.hidden = at::cat(rows);
    };
}

}  // namespace

std::vector<LayerPlan> z_image_layers(const ZImageConfig& c, const Weights& weights) {
    const std::string side = std::to_string(patch) + "-1";  // and one frame
    std::vector<LayerPlan> plans = {{"t_embedder", [=] { return time_layer(c, weights / "t_embedder"); }},
                                    {"cap_embedder", [=] { return caption_layer(c, weights); }}};
    const auto add = [&](const std::string& list, int64_t count, const auto& make) {
        for (int64_t i = 0; i < count; ++i) {
            const std::string name = list + "." + std::to_string(i);
            plans.push_back({name, [=] { return make(weights / list / i, name); }});
        }
    };
    add("context_refiner", c.refiner_layers,
        [c](const Weights& w, const std::string& name) { return context_layer(c, w, name); });
    plans.push_back(
        {"all_x_embedder." + side, [=] { return picture_layer(c, weights, weights / "all_x_embedder" / side); }});
    add("noise_refiner", c.refiner_layers, [c](const Weights& w, const std::string&) { return noise_layer(c, w); });
    add("layers", c.layers, [c](const Weights& w, const std::string&) { return main_layer(c, w); });
    plans.push_back({"all_final_layer." + side, [=] { return final_layer(c, weights / "all_final_layer" / side); }});
    return plans;
}

State z_image_input(const at::Tensor& x, double timestep) {
    const float left = (1000.0f - static_cast<float>(timestep)) / 1000.0f;
    return {.hidden = x, .named = {{"time", at::scalar_tensor(static_cast<double>(left), at::kDouble)}}};
}

}  // namespace fanlight
