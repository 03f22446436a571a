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

/// Sends tensors between the processes of one group through c10d: by Gloo between CPUs, by NCCL between GPUs, which are
/// used nowhere else. What a process sends to another arrives in order. One thread, except for abort(). Every wait ends
/// after the rendezvous' timeout; all functions throw PartnerLost then, or if a partner has gone, and the group is
/// unusable afterwards.
class Communicator {
public:
    /// Forms a group: each member calls this with the same `name` and `size`, and its own `rank`. Returns once all have
    /// joined.
    Communicator(const Rendezvous& rendezvous, const std::string& name, int rank, int size, at::Device device);
    ~Communicator();
    Communicator(const Communicator&) = delete;
    Communicator& operator=(const Communicator&) = delete;

    /// Whether tensors of this device can be sent; others must go through the CPU.
    static bool reaches(at::Device device);

    int rank() const { return rank_; }
    int size() const { return size_; }

    /// Returns at once; the tensor is kept until it has been sent. Waits if `max_sending` are already in transit.
    void send(const at::Tensor& tensor, int to);
    /// Receives into a contiguous tensor of the shape and dtype that were sent.
    void receive(at::Tensor& into, int from);
    /// Begins to receive, as receive() would, and returns at once. What a partner expects already is sent without
    /// asking it first. One at a time; only between CPUs. That the partner has gone is no fault until it is waited for.
    void expect(const at::Tensor& into, int from);
    /// Waits for what is expected.
    at::Tensor expected();
    /// Waits for all pending sends.
    void flush();

    /// From any thread: all current and later waits throw.
    void abort();

private:
    static constexpr size_t max_sending = 48;

    struct Transfer {
        c10::intrusive_ptr<c10d::Work> work;
        at::Tensor tensor;
    };

    /// "A partner in …", with the likely cause: NCCL connects at the first transfer.
    std::string about_partner(const std::string& what) const;
    Transfer begin_receiving(const at::Tensor& into, int from);
    /// On a GPU only the current stream waits.
    void wait(c10d::Work& work);
    void wait_on_host(c10d::Work& work) const;
    void wait_for_oldest();

    const int rank_, size_;
    const std::string name_;
    const bool on_gpu_;
    const double seconds_;
    const std::string likely_cause_;  ///< of a failure; empty: none is known
    c10::intrusive_ptr<c10d::Backend> backend_;
    std::deque<Transfer> sending_;
    Transfer expected_;  ///< without work: the partner had gone
    int expected_from_ = 0;
    std::mutex waiting_;  ///< guards waited_for_
    c10d::Work* waited_for_ = nullptr;
    std::atomic<bool> aborted_{false};
};

}  // namespace fanlight
