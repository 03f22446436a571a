#pragma once

#include <deque>
#include <memory>
#include <string>

#include "core/parallel/communicator.h"
#include "core/parallel/parcel.h"

namespace fanlight {

/// A one-way connection between neighbouring stages. A parcel's header is sent by Gloo, its tensors by the backend of
/// their device. The two directions between a pair never share a group: on a GPU they would share a stream, and two
/// stages sending to each other would deadlock.
class StageLink {
public:
    enum class End { From, To };

    StageLink(const Rendezvous& rendezvous, const std::string& name, End end, at::Device device);

    void send(const Parcel& parcel);
    Parcel receive();
    void flush();
    void abort();

private:
    const at::Device device_;
    const at::Device
        link_device_;  ///< what is sent lies here: on the same device, or on the CPU if only that is reached
    Communicator headers_;
    std::unique_ptr<Communicator> blocks_;  ///< null on a CPU: the headers' group is used for both
    Communicator& blocks() { return blocks_ ? *blocks_ : headers_; }
};

/// The stages of a pipeline as a ring: each receives from its predecessor and sends to its successor, the last to the
/// first. A single stage is a ring, too. One thread, except for abort().
class StageRing {
public:
    /// Connects to the neighbours. `name`: the same for all stages of one pipeline, and for no other. Throws
    /// PartnerLost if they do not arrive in time.
    StageRing(const Rendezvous& rendezvous, const std::string& name, int stage, int stages, at::Device device);

    int stage() const { return stage_; }
    int stages() const { return stages_; }
    bool is_first() const { return stage_ == 0; }
    bool is_last() const { return stage_ + 1 == stages_; }

    /// Returns before the parcel has arrived.
    void send(const Parcel& parcel);
    /// Waits until everything has been sent; call it at the end, since destroying the ring discards pending parcels.
    void flush();
    /// Waits for the next parcel. Throws PartnerLost if a neighbour has gone or has been silent for too long, or after
    /// abort().
    Parcel receive();

    /// From any thread: ends every wait with PartnerLost.
    void abort();

private:
    const int stage_, stages_;
    std::unique_ptr<StageLink> in_, out_;
    std::deque<Parcel> own_;  ///< of a single stage
};

}  // namespace fanlight
