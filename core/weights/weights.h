#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// A place in a checkpoint's tree of names, from which a network takes its tensors while it is built:
///   Linear(const Weights& w, …) : weight(w.take("weight", {out, in}))     UNet: conv_in(w / "conv_in", …)
/// So the tree of members is the tree of keys, a network is complete once constructed, and a wrong checkpoint is refused
/// with the name of the tensor. Cheap to copy; the files stay mapped while a Weights or a tensor from it lives.
class Weights {
public:
    struct Placement {
        at::ScalarType dtype = at::kFloat;
        at::Device device = at::kCPU;
    };

    /// A .safetensors file, or a folder's `stem.safetensors` (or `stem.fp16.safetensors`, or the shards of
    /// `stem.safetensors.index.json`). Tensors of the right dtype on a CPU are views of the map, shared by all
    /// processes through the page cache. Throws Error naming the file.
    static Weights open(const std::filesystem::path& file, const Placement& placement);
    static Weights open_folder(const std::filesystem::path& folder, const std::string& stem, const Placement& placement);

    Weights operator/(std::string_view name) const;
    Weights operator/(int64_t index) const;

    /// The tensor PREFIX.name. Throws Error naming key, file, the shape that was expected and the one that is there.
    at::Tensor take(std::string_view name, at::IntArrayRef shape) const;

    bool has(std::string_view name) const;

    /// Full key of `name` at this place.
    std::string key(std::string_view name) const;

    /// Keys below this place that nobody has taken: a checkpoint of another network.
    std::vector<std::string> untaken() const;

private:
    struct Source;
    Weights(std::shared_ptr<Source> source, std::string prefix);

    std::shared_ptr<Source> source_;
    std::string prefix_;  ///< "" or "down_blocks.0."
};

}  // namespace fanlight
