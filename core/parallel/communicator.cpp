#include "core/parallel/communicator.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <thread>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <utility>

#include "core/base/shared_memory.h"
#include "core/base/stopwatch.h"
#include "core/base/text.h"
#include "core/parallel/backends.h"
#include "core/parallel/c10d_errors.h"

namespace fanlight {

namespace {

/// For NCCL, whose limit counts from when a transfer is enqueued, perhaps long before the GPU gets to it. Whether the
/// partner is alive is seen by the headers, which travel by Gloo.
constexpr double max_gpu_seconds = 86'400;

bool is_one_machine(const Rendezvous& rendezvous) { return rendezvous.options().address == "127.0.0.1"; }

c10::intrusive_ptr<c10d::Backend> make_backend(const BackendOptions& options, at::Device device,
                                               const std::string& address) {
    return device.is_cuda() ? make_nccl(options) : make_gloo(options, address);
}

}  // namespace

bool Communicator::reaches(at::Device device) { return device.is_cpu() || device.is_cuda(); }

Communicator::Communicator(const Rendezvous& rendezvous, const std::string& name, int rank, int size, at::Device device)
    : rank_(rank),
      size_(size),
      name_(name),
      on_gpu_(device.is_cuda()),
      seconds_(rendezvous.options().timeout_seconds),
      likely_cause_(on_gpu_ && is_one_machine(rendezvous) ? shared_memory_problem(shared_memory()).text() : "") {
    const Rendezvous::Options& options = rendezvous.options();
    const double seconds = on_gpu_ ? max_gpu_seconds : std::max(options.timeout_seconds, options.gloo_timeout_seconds);
    const auto timeout = std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
    backend_ = rethrow_as<PartnerLost>("The processes of " + name + " have not met", [&] {
        return make_backend({rendezvous.store_of(name), rank, size, timeout, is_one_machine(rendezvous)}, device,
                            options.address);
    });
}

Communicator::~Communicator() {
    if (!on_gpu_ || aborted_) return;
    try {
        backend_->shutdown();  // both ends in order; the destructor would abort what is under way
    } catch (const std::exception&) {
        backend_->abort();
    }
}

void Communicator::send(const at::Tensor& tensor, int to) {
    while (!sending_.empty() && sending_.front().work->isCompleted()) wait_for_oldest();  // frees what has arrived
    if (sending_.size() >= max_sending) wait_for_oldest();
    std::vector<at::Tensor> tensors = {tensor.contiguous()};
    rethrow_as<PartnerLost>(about_partner("takes nothing more"), [&] {
        sending_.push_back({backend_->send(tensors, to, 0), tensors.front()});
    });
}

Communicator::Transfer Communicator::begin_receiving(const at::Tensor& into, int from) {
    std::vector<at::Tensor> tensors = {into};
    return rethrow_as<PartnerLost>(about_partner("is gone"), [&] {
        return Transfer{backend_->recv(tensors, from, 0), into};
    });
}

void Communicator::receive(at::Tensor& into, int from) { wait(*begin_receiving(into, from).work); }

void Communicator::expect(const at::Tensor& into, int from) {
    std::vector<at::Tensor> tensors = {into};
    expected_ = {nullptr, into};
    expected_from_ = from;
    try {
        expected_.work = backend_->recv(tensors, from, 0);
    } catch (const std::exception&) {
        // The partner has gone, perhaps since it has sent its last: expected() throws if there should be more.
    }
}

at::Tensor Communicator::expected() {
    Transfer arriving = std::exchange(expected_, {});
    if (!arriving.work) arriving = begin_receiving(arriving.tensor, expected_from_);
    wait(*arriving.work);
    return arriving.tensor;
}

void Communicator::flush() {
    while (!sending_.empty()) wait_for_oldest();
}

void Communicator::wait_for_oldest() {
    const Transfer oldest = std::move(sending_.front());
    sending_.pop_front();
    if (on_gpu_) wait_on_host(*oldest.work);
    wait(*oldest.work);
}

std::string Communicator::about_partner(const std::string& what) const {
    return "A partner in " + name_ + " " + what + (likely_cause_.empty() ? "" : "; " + likely_cause_);
}

void Communicator::wait(c10d::Work& work) {
    {
        const std::lock_guard lock(waiting_);
        if (aborted_) throw PartnerLost("The processes of %1 were told to stop", name_);
        waited_for_ = &work;
    }
    const auto forget = [this](void*) {
        const std::lock_guard lock(waiting_);
        waited_for_ = nullptr;
    };
    const std::unique_ptr<void, decltype(forget)> forgetting(this, forget);
    const bool arrived = rethrow_as<PartnerLost>(about_partner("is gone or silent"), [&] { return work.wait(); });
    if (!arrived || aborted_) throw PartnerLost("The processes of %1 were told to stop", name_);
}

void Communicator::wait_on_host(c10d::Work& work) const {
    const Stopwatch watch;
    while (!work.isCompleted()) {
        if (aborted_) throw PartnerLost("The processes of %1 were told to stop", name_);
        if (watch.seconds() > seconds_)
            throw PartnerLost("%1", about_partner("has taken nothing for " + seconds_text(seconds_)));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void Communicator::abort() {
    const std::lock_guard lock(waiting_);
    aborted_ = true;
    if (waited_for_) waited_for_->abort();
    if (on_gpu_) backend_->abort();  // the host never waits in NCCL, so there is nothing else to abort
}

}  // namespace fanlight
