#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <mutex>

namespace fanlight {

/// Memory of the CPU that goes from one tensor to the next of its size, so that nothing has to be cleared: the system
/// takes as long for that as everything else. Tensors may outlive this. Any thread.
class ReusedMemory {
public:
    /// What becomes of memory that waits when a tensor of another size is wanted.
    enum class OtherSizes { Wait, AreGivenBack };

    explicit ReusedMemory(OtherSizes others = OtherSizes::Wait) : others_(others) {}

    /// For tensors that follow each other and are mostly of equal sizes, such as those of a network's layers: it waits
    /// from the beginning, and no more of it than the last of them had.
    static std::shared_ptr<ReusedMemory> for_successors();

    /// Contiguous, with any numbers in it: in the memory of a tensor that is gone, if that waits.
    at::Tensor tensor(at::IntArrayRef shape, at::ScalarType dtype);

    /// From now on the memory of tensors that are gone waits for others.
    void begin_waiting();
    /// No longer, and what waits is given back.
    void end_waiting();
    /// Gives back what waits.
    void give_back();

private:
    struct Blocks {
        std::mutex mutex;
        bool wait = false;
        std::multimap<size_t, at::Tensor> waiting;  ///< by size
    };

    const OtherSizes others_;
    const std::shared_ptr<Blocks> blocks_ = std::make_shared<Blocks>();
};

}  // namespace fanlight
