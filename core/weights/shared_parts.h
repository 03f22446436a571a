#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/DispatchKeySet.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <vector>

#include "core/weights/reused_memory.h"

namespace fanlight {

/// What the models of a process have in common, which then is in memory once: tensors as they are computed with, and
/// whatever else takes time to make. Names tell all that a part is made of. Nothing is kept for its own sake: what no
/// model uses any more is gone, unless a Handover is under way. Any thread.
class SharedParts {
public:
    /// The tensor of this name that a living model has, else the one that `make` returns. Never write to it.
    at::Tensor tensor(const std::string& name, const std::function<at::Tensor()>& make);

    /// The same for anything else. A name belongs to one type.
    template <typename Part>
    std::shared_ptr<Part> part(const std::string& name, const std::function<std::shared_ptr<Part>()>& make) {
        if (const std::shared_ptr<void> living = living_part(name)) return std::static_pointer_cast<Part>(living);
        std::shared_ptr<Part> made = make();
        keep_part(name, std::const_pointer_cast<std::remove_const_t<Part>>(made));
        return made;
    }

    /// Memory of the CPU for a tensor, contiguous, with any numbers in it: during a Handover that of one that has been
    /// given up since it began, so that nothing has to be cleared.
    at::Tensor memory(at::IntArrayRef shape, at::ScalarType dtype) { return memory_.tensor(shape, dtype); }

    /// What layers are unpacked into whose weights stay packed: they run one after the other.
    const std::shared_ptr<ReusedMemory>& unpacked_memory() const { return unpacked_memory_; }

    /// Says that the model which is made does not need the tensor of this name: a Handover keeps it no longer.
    void give_up(const std::string& name);

    /// While it exists, a model can be given up for another: what they share stays, and the memory of what they do not
    /// goes from one to the other. One at a time, which must not outlive the parts.
    class Handover {
    public:
        explicit Handover(SharedParts& parts);
        ~Handover();
        Handover(const Handover&) = delete;
        Handover& operator=(const Handover&) = delete;

    private:
        SharedParts& parts_;
        std::vector<std::shared_ptr<void>> others_;
    };

private:
    /// A tensor that others may have: it lives as long as its storage.
    struct Lent {
        explicit Lent(const at::Tensor& tensor);
        at::Tensor living() const;  ///< undefined: it is gone

        c10::weak_intrusive_ptr<c10::StorageImpl> storage;
        c10::DispatchKeySet keys;
        caffe2::TypeMeta dtype;
        std::vector<int64_t> sizes, strides;
        int64_t offset;
    };

    std::shared_ptr<void> living_part(const std::string& name);
    void keep_part(const std::string& name, const std::shared_ptr<void>& part);
    void forget_dead();

    std::mutex mutex_;
    std::map<std::string, Lent> tensors_;
    std::map<std::string, std::weak_ptr<void>> others_;
    std::map<std::string, c10::Storage> kept_;  ///< tensors during a Handover
    ReusedMemory memory_;
    const std::shared_ptr<ReusedMemory> unpacked_memory_ = ReusedMemory::for_successors();
};

}  // namespace fanlight
