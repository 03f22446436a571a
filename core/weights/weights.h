#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoints/lora.h"
#include "core/checkpoints/model_files.h"
#include "core/checkpoints/original_names.h"
#include "core/checkpoints/stored_tensors.h"
#include "core/checkpoints/tensor_misfits.h"
#include "core/devices/device_map.h"
#include "core/weights/stored_rows.h"

namespace fanlight {

class SharedParts;

/// A checkpoint lacks a tensor of its network, has it in another shape, or holds one of another network's.
class TensorMisfit : public Error {
public:
    using Error::Error;
};

/// Ways to compute on GPUs that may be faster. Not offered to users until that has been measured.
struct Experiments {
    bool channels_last = false;  ///< convolutions in that memory order; changes the last bits
    bool graphs = false;         ///< see core/layers/recorded_layers.h
};

/// A node in a checkpoint's tree of names, from which a network takes its tensors while it is constructed:
///   Linear(const Weights& w, …) : weight(w.take("weight", {out, in}))     conv_in(w / "conv_in", …)
/// So the tree of members mirrors the tree of keys, a network is complete once constructed, and a wrong checkpoint is
/// refused with the name of the tensor. Cheap to copy; the files stay mapped while a Weights or a tensor from it
/// exists.
class Weights {
public:
    struct Placement {
        at::ScalarType dtype = at::kFloat;
        at::Device device = at::kCPU;
        /// For a model on several devices. Tensors that no entry covers are on `device`, as are offloaded ones once
        /// they are fetched (see only_stores()).
        DeviceMap device_map = {};
        Experiments experiments = {};
        bool may_leave = false;  ///< see LayerSequence::leave()
        /// Packed tensors (see is_packed()) stay in memory as their file has them: on the CPU in its map, on a card in
        /// as many bytes. take() unpacks them each time, into memory that is theirs until they are dropped.
        bool packed = false;

        /// The same for a component that is whole on the main device.
        Placement beside() const {
            Placement whole = *this;
            whole.device_map.clear();
            whole.may_leave = false;
            return whole;
        }
    };

    /// A .safetensors file, as open_weights_file().
    static Weights open(const std::filesystem::path& file, const Placement& placement);

    /// A component's folder, as open_weights_folder().
    static Weights open_folder(const std::filesystem::path& folder, const std::string& stem,
                               const Placement& placement);

    /// Tensors of any files, with any names.
    static Weights of(StoredTensors stored, const Placement& placement);

    /// From now on take() returns this tree's tensors as the LoRA changes them, computed in float32: a new copy each
    /// time. `component`: the one whose tree this is; `original`: other names that its modules have in LoRAs. Throws
    /// Error naming the LoRA's layers that fit no module here, by name or by shape.
    void merge(const WeightedLora& lora, const Component& component, const OriginalNames& original = {});

    /// From now on take() returns what other models of these parts have of the same tensors, if that is the same.
    void share(std::shared_ptr<SharedParts> parts);

    /// From now on take() returns tensors of any numbers, reads nothing, and notes what does not fit instead of
    /// refusing it: for a network that is made only to find all of that. Throws Error if it would be very large.
    void note_misfits(std::shared_ptr<TensorMisfits> misfits);

    /// The keys are of another network: notes them or throws TensorMisfit.
    void refuse_surplus(std::vector<std::string> keys) const;

    Weights operator/(std::string_view name) const;
    Weights operator/(int64_t index) const;

    /// The tensor PREFIX.name according to the Placement. Floating-point tensors get its dtype, integers and booleans
    /// keep theirs. If nothing has to be converted or moved it is a view of the mapped file, shared by all processes
    /// through the page cache: its pages are read-only. Otherwise each call makes a new copy, unless copies are shared
    /// (see share()). Never write to it. May be called from several threads. Throws Error naming key, file, and the
    /// expected and the actual shape; TensorMisfit if there is no such tensor of this shape.
    at::Tensor take(std::string_view name, at::IntArrayRef shape) const;

    /// The same, but a tensor of bfloat16 or float16 keeps its dtype where float32 on the CPU would be made of it: for
    /// layers that convert numbers while they compute with them.
    at::Tensor take_as_stored(std::string_view name, at::IntArrayRef shape) const;

    /// The same as take(), in the memory order of channels last: [out, in, height, width].
    at::Tensor take_channels_last(std::string_view name, at::IntArrayRef shape) const;

    /// The rows of a matrix of which few are needed at a time: nothing of it is moved to a device, whatever the
    /// Placement says of that. shape: [count, width]. Throws Error as take() does.
    StoredRows take_rows(std::string_view name, at::IntArrayRef shape) const;

    /// Says that what take() returned for this tensor has been copied and is not needed again: if it was a view, its
    /// pages are released. Not for offloaded tensors, which will be taken again soon.
    void release(std::string_view name) const;

    bool has(std::string_view name) const;

    const Placement& placement() const;
    /// The Placement's main device.
    at::Device device() const;
    /// Where take() puts this tensor.
    at::Device device_of(std::string_view name) const;

    /// Whether any tensor at or below this node is offloaded, so that it must be dropped after use.
    bool any_offloaded() const;

    /// Whether any tensor at or below this node stays packed, so that what is made of it should be dropped after use.
    bool any_packed() const;

    /// Gives up what cards have for layers that are made anew each time that they run: of the whole tree, packed
    /// tensors and what else such layers take. The next take() brings it there again.
    void leave() const;

    /// Full key of `name` at this node.
    std::string key(std::string_view name) const;

    /// Keys below this node that have not been taken: signs of another network's checkpoint.
    std::vector<std::string> untaken() const;

    /// A tensor as stored in the file, not read; its dtype is Undefined if take() would refuse it.
    struct Listed {
        const std::string& key;
        at::IntArrayRef shape;
        at::ScalarType dtype;
        size_t bytes;
    };
    /// Visits all tensors below this node in the order of their keys, for planning where they go.
    void each(const std::function<void(const Listed&)>& visit) const;

private:
    enum class Form { Usual, AsStored, ChannelsLast };
    struct Source;

    at::Tensor take(std::string_view name, at::IntArrayRef shape, Form form) const;
    Weights(std::shared_ptr<Source> source, std::string prefix);

    std::shared_ptr<Source> source_;
    std::string prefix_;  ///< "" or "down_blocks.0."
};

}  // namespace fanlight
