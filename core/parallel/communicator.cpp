#include "core/parallel/communicator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <torch/csrc/distributed/c10d/Backend.hpp>

#include "core/parallel/backends.h"
#include "core/parallel/c10d_errors.h"

namespace fanlight {

namespace {

c10::intrusive_ptr<c10d::Backend> make_backend(const BackendOptions& options, at::Device device,
                                               const std::string& address) {
    return device.is_cuda() ? make_nccl(options) : make_gloo(options, address);
}

}  // namespace

bool Communicator::reaches(at::Device device) { return device.is_cpu() || device.is_cuda(); }

Communicator::Communicator(const Rendezvous& rendezvous, const std::string& name, int rank, int size, at::Device device)
    : rank_(rank), size_(size), name_(name) {
    const Rendezvous::Options& options = rendezvous.options();
    const double seconds = std::max(options.timeout_seconds, device.is_cuda() ? 0 : options.gloo_timeout_seconds);
    const auto timeout = std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
    backend_ = rethrow_as<PartnerLost>("The processes of " + name + " have not met", [&] {
        return make_backend({rendezvous.store_of(name), rank, size, timeout}, device, options.address);
    });
}

Communicator::~Communicator() = default;

void Communicator::send(const at::Tensor& tensor, int to) {
    while (!sending_.empty() && sending_.front().work->isCompleted()) wait_for_oldest();  // frees what has arrived
    if (sending_.size() >= max_sending) wait_for_oldest();
    std::vector<at::Tensor> tensors = {tensor.contiguous()};
    rethrow_as<PartnerLost>("A partner in " + name_ + " takes nothing more", [&] {
        sending_.push_back({backend_->send(tensors, to, 0), tensors.front()});
    });
}

void Communicator::receive(at::Tensor& into, int from) {
    std::vector<at::Tensor> tensors = {into};
    const auto work =
        rethrow_as<PartnerLost>("A partner in " + name_ + " is gone", [&] { return backend_->recv(tensors, from, 0); });
    wait(*work);
}

void Communicator::flush() {
    while (!sending_.empty()) wait_for_oldest();
}

void Communicator::wait_for_oldest() {
    const Sending oldest = std::move(sending_.front());
    sending_.pop_front();
    wait(*oldest.work);
}

void Communicator::wait(c10d::Work& work) {
    {
        const std::lock_guard lock(waiting_);
        if (aborted_) throw PartnerLost("The processes of " + name_ + " were told to stop");
        waited_for_ = &work;
    }
    const auto forget = [this](void*) {
        const std::lock_guard lock(waiting_);
        waited_for_ = nullptr;
    };
    const std::unique_ptr<void, decltype(forget)> forgetting(this, forget);
    const bool arrived =
        rethrow_as<PartnerLost>("A partner in " + name_ + " is gone or silent", [&] { return work.wait(); });
    if (!arrived || aborted_) throw PartnerLost("The processes of " + name_ + " were told to stop");
}

void Communicator::abort() {
    const std::lock_guard lock(waiting_);
    aborted_ = true;
    if (waited_for_) waited_for_->abort();
}

}  // namespace fanlight
