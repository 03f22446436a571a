#include "core/parallel/stage_ring.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "core/base/error.h"

namespace fanlight {

namespace {

/// Beyond that, the time for sending the bytes counts.
constexpr int64_t min_first_bytes = 4 << 10, max_first_bytes = 1 << 20;
static_assert(min_first_bytes >= min_letter_bytes);

}  // namespace

StageLink::StageLink(const Rendezvous& rendezvous, const std::string& name, End end, at::Device device)
    : device_(device),
      link_device_(Communicator::reaches(device) ? device : at::kCPU),
      first_bytes_(min_first_bytes),
      letters_(rendezvous, name, end == End::From ? 0 : 1, 2, at::kCPU) {
    if (!link_device_.is_cpu())
        blocks_ = std::make_unique<Communicator>(rendezvous, name + "/blocks", letters_.rank(), 2, device);
    if (end == End::To) expect();
}

void StageLink::expect() { letters_.expect(at::empty({first_bytes_}, at::kByte), 0); }

void StageLink::fit_to(int64_t letter_bytes) {
    first_bytes_ = std::clamp(letter_bytes, min_first_bytes, max_first_bytes);
}

void StageLink::send(const Parcel& parcel) {
    const PackedParcel packed = pack(parcel, link_device_);
    at::Tensor letter = to_letter(packed);
    const int64_t bytes = letter.numel();
    if (bytes < first_bytes_) letter = at::constant_pad_nd(letter, {0, first_bytes_ - bytes});
    letters_.send(letter.slice(0, 0, first_bytes_), 1);
    if (bytes > first_bytes_) letters_.send(letter.slice(0, first_bytes_), 1);
    if (blocks_ && packed.block.numel() > 0) blocks_->send(packed.block, 1);
    fit_to(bytes);
}

Parcel StageLink::receive() {
    at::Tensor letter = letters_.expected();
    const Announced announced = announced_by(header_of(letter));
    const int64_t bytes = letter_bytes(announced, !blocks_);
    if (bytes > first_bytes_) {
        const at::Tensor first = std::exchange(letter, at::empty({bytes}, at::kByte));
        letter.slice(0, 0, first_bytes_).copy_(first);
        at::Tensor rest = letter.slice(0, first_bytes_);
        letters_.receive(rest, 0);
    }
    fit_to(bytes);
    expect();
    PackedParcel packed = packed_in(letter, !blocks_);
    if (blocks_) {
        packed.block = at::empty({announced.block_bytes}, at::TensorOptions().dtype(at::kByte).device(link_device_));
        if (announced.block_bytes > 0) blocks_->receive(packed.block, 0);
    }
    packed.block = packed.block.to(device_);
    return unpack(packed);
}

void StageLink::flush() {
    letters_.flush();
    if (blocks_) blocks_->flush();
}

void StageLink::abort() {
    letters_.abort();
    if (blocks_) blocks_->abort();
}

StageRing::StageRing(const Rendezvous& rendezvous, const std::string& name, int stage, int stages, at::Device device)
    : stage_(stage), stages_(stages) {
    if (stages == 1) return;
    const auto link = [&](int from, StageLink::End end) {
        return std::make_unique<StageLink>(rendezvous, name + "/" + std::to_string(from), end, device);
    };
    // Both ends wait for each other, so all stages connect in the order of the connections' numbers.
    if (is_first()) out_ = link(stage, StageLink::End::From);
    in_ = link((stage + stages - 1) % stages, StageLink::End::To);
    if (!is_first()) out_ = link(stage, StageLink::End::From);
}

void StageRing::send(const Parcel& parcel) {
    if (out_)
        out_->send(parcel);
    else
        own_.push_back(parcel);
}

Parcel StageRing::receive() {
    if (in_) return in_->receive();
    if (own_.empty()) throw Error("A stage that is alone waits for itself");
    Parcel parcel = std::move(own_.front());
    own_.pop_front();
    return parcel;
}

void StageRing::flush() {
    if (out_) out_->flush();
}

void StageRing::abort() {
    if (in_) in_->abort();
    if (out_) out_->abort();
}

}  // namespace fanlight
