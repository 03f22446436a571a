#pragma once

#include <ATen/core/Tensor.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "core/parallel/rendezvous.h"

namespace c10d {
class Backend;
class Work;
}  // namespace c10d

namespace fanlight {

/// Tensors between the processes of one group, by c10d: Gloo where they lie on CPUs, NCCL where they lie on GPUs. This
/// is the only place that knows either. What a process sends to another arrives in the order in which it was sent. One
/// thread, except for abort(). Every wait ends after the rendezvous' timeout; all functions throw PartnerLost then, or
/// when a partner is gone, and the group is of no use any more.
class Communicator {
public:
    /// Members that are the group: each calls it with the same `name` and `size`, and a `rank` of its own. Returns once
    /// all are there.
    Communicator(const Rendezvous& rendezvous, const std::string& name, int rank, int size, at::Device device);
    ~Communicator();
    Communicator(const Communicator&) = delete;
    Communicator& operator=(const Communicator&) = delete;

    int rank() const { return rank_; }
    int size() const { return size_; }

    /// Returns at once; the tensor is kept until it has been taken. Waits when `max_sending` are under way.
    void send(const at::Tensor& tensor, int to);
    /// Into a contiguous tensor of the form that was sent.
    void receive(at::Tensor& into, int from);
    /// Waits for all that send() has begun.
    void flush();

    /// From any thread: whoever waits, and who comes to wait, throws.
    void abort();

private:
    static constexpr size_t max_sending = 48;

    struct Sending {
        c10::intrusive_ptr<c10d::Work> work;
        at::Tensor tensor;
    };

    void wait(c10d::Work& work);
    void wait_for_oldest();

    const int rank_, size_;
    const std::string name_;
    c10::intrusive_ptr<c10d::Backend> backend_;
    std::deque<Sending> sending_;
    std::mutex waiting_;  ///< guards waited_for_
    c10d::Work* waited_for_ = nullptr;
    std::atomic<bool> aborted_{false};
};

}  // namespace fanlight
