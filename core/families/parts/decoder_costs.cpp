#include "core/families/parts/decoder_costs.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

namespace {

using torch_modules::weights_below;

/// Counts a multiplication and an addition as two operations.
class Counter {
public:
    Counter(const ModuleTree& tree, const DecoderShape& decoder, const DescribedShape& shape)
        : tree_(tree),
          sizes_(compute_module_sizes(tree)),
          decoder_(decoder),
          rows_(static_cast<double>(shape.batch_size)),
          tokens_(static_cast<double>(std::clamp<int64_t>(shape.tokens, 1, decoder.context))),
          scored_(shape.scored),
          element_(dtype_byte_size(shape.dtype)) {}

    LayerDescription embedding(const std::string& name) const { return layer(name, 0, 0, width()); }

    LayerDescription block(const std::string& name) const {
        const double cached = tokens_ * 2 * static_cast<double>(decoder_.kv_heads * decoder_.head_dim),
                     attended = 4 * static_cast<double>(decoder_.heads * decoder_.head_dim) * tokens_ / 2;
        return layer(name, 2 * weights_below(module(name)) + attended, cached, width());
    }

    LayerDescription norm(const std::string& name) const { return layer(name, 10 * width(), 0, width()); }

    LayerDescription head(const std::string& name) const {
        const double vocabulary = weights_below(module(name)) / width();
        LayerDescription head = layer(name, 2 * weights_below(module(name)), 0, 2 * vocabulary);
        if (!scored_) return head;
        head.state_bytes = whole_bytes(at_once() * sizeof(float));
        head.working_bytes = whole_bytes(at_once() * width() * element_ + bytes_of_log_probabilities(vocabulary));
        return head;
    }

private:
    double width() const { return static_cast<double>(decoder_.width); }

    /// Tokens that are passed on in one evaluation: one of each row, or a piece of a text that is scored.
    double at_once() const { return scored_ ? std::min(tokens_, longest_piece) : rows_; }
    /// Whose keys and values are kept.
    double rows_at_once() const { return scored_ ? 1 : rows_; }

    /// The softmax is of float32: the logits in that type, unless it is their own, and what becomes of them.
    double bytes_of_log_probabilities(double vocabulary) const {
        const double logits = std::min<double>(tokens_, scored_at_a_time) * vocabulary,
                     in_floats = element_ + sizeof(float) + (element_ == sizeof(float) ? 0 : sizeof(float));
        return logits * std::max(static_cast<double>(decoder_.logit_copies) * element_, in_floats);
    }

    const Module& module(const std::string& name) const {
        const Module* module = find_module(tree_, name);
        if (module == nullptr) throw Error("The layer %1 is not a module of the network", name);
        return *module;
    }

    /// `flops` of a row; `cached` and `passed`: numbers that are kept and passed on for each row.
    LayerDescription layer(const std::string& name, double flops, double cached, double passed) const {
        const double piece = longest_piece * static_cast<double>(4 * decoder_.width + 2 * decoder_.mlp_width) +
                             longest_piece * static_cast<double>(decoder_.heads * decoder_.score_copies) * tokens_;
        // A head that is tied is a copy: it may be on another device.
        const double bytes = name == "lm_head" ? weights_below(module(name)) * element_ : sizes_.of(name);
        return {.name = name,
                .bytes = whole_bytes(bytes),
                .flops = flops * rows_,
                .state_bytes = whole_bytes(passed * at_once() * element_),
                .working_bytes = whole_bytes((std::max(piece, passed * at_once())) * element_),
                .kept_bytes = whole_bytes(cached * rows_at_once() * element_)};
    }

    static constexpr double longest_piece = 256;  // of a prompt, which is read alone

    const ModuleTree& tree_;
    const SizeMap sizes_;
    const DecoderShape& decoder_;
    const double rows_, tokens_;
    const bool scored_;
    const double element_;
};

}  // namespace

std::vector<LayerDescription> decoder_costs(const ModuleTree& network, const DecoderShape& decoder,
                                            const DescribedShape& shape) {
    const Counter counter(network, decoder, shape);
    std::vector<LayerDescription> layers;
    for (const std::string& name : decoder.embeddings) layers.push_back(counter.embedding(name));
    const Module* blocks = find_module(network, decoder.blocks);
    for (const Module& block : blocks->children) layers.push_back(counter.block(decoder.blocks + "." + block.name));
    layers.push_back(counter.norm(decoder.norm));
    layers.push_back(counter.head("lm_head"));
    return layers;
}

bool has_own_head(const StoredTensors& tensors, const std::string& embedding) {
    const auto head = tensors.tensors.find("lm_head.weight"), other = tensors.tensors.find(embedding);
    return head == tensors.tensors.end() || other == tensors.tensors.end() ||
           head->second.entry.bytes.data() != other->second.entry.bytes.data();
}

}  // namespace fanlight
