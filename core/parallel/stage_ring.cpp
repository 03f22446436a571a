#include "core/parallel/stage_ring.h"

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace fanlight {

namespace {

at::Tensor view_of(PackedParcel::Header& header) {
    return at::from_blob(header.data(), {static_cast<int64_t>(header.size())}, at::kLong);
}

at::Tensor view_of(std::string& text) {
    return at::from_blob(text.data(), {static_cast<int64_t>(text.size())}, at::kByte);
}

}  // namespace

StageLink::StageLink(const Rendezvous& rendezvous, const std::string& name, End end, at::Device device)
    : device_(device),
      link_device_(Communicator::reaches(device) ? device : at::kCPU),
      headers_(rendezvous, name, end == End::From ? 0 : 1, 2, at::kCPU) {
    if (!link_device_.is_cpu())
        blocks_ = std::make_unique<Communicator>(rendezvous, name + "/blocks", headers_.rank(), 2, device);
}

void StageLink::send(const Parcel& parcel) {
    PackedParcel packed = pack(parcel, link_device_);
    headers_.send(view_of(packed.header).clone(), 1);
    if (!packed.description.empty()) headers_.send(view_of(packed.description).clone(), 1);
    if (packed.block.numel() > 0) blocks().send(packed.block, 1);
}

Parcel StageLink::receive() {
    PackedParcel packed;
    at::Tensor header = view_of(packed.header);
    headers_.receive(header, 0);
    const auto [description_bytes, block_bytes] = announced_by(packed.header);
    packed.description.resize(static_cast<size_t>(description_bytes));
    at::Tensor description = view_of(packed.description);
    if (description_bytes > 0) headers_.receive(description, 0);
    packed.block = at::empty({block_bytes}, at::TensorOptions().dtype(at::kByte).device(link_device_));
    if (block_bytes > 0) blocks().receive(packed.block, 0);
    packed.block = packed.block.to(device_);
    return unpack(packed);
}

void StageLink::flush() {
    headers_.flush();
    if (blocks_) blocks_->flush();
}

void StageLink::abort() {
    headers_.abort();
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
