#pragma once

#include <deque>
#include <memory>
#include <string>

#include "core/parallel/communicator.h"
#include "core/parallel/parcel.h"

namespace fanlight {

/// A one-way connection between neighbouring stages. What a parcel is travels by Gloo, its tensors by the backend of
/// their device. The two directions of a pair never share a group: on a GPU they would share a stream, and two stages
/// that send to each other would wait for each other for ever.
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
    Communicator headers_;
    std::unique_ptr<Communicator> blocks_;  ///< null on a CPU: the headers' group takes both
    Communicator& blocks() { return blocks_ ? *blocks_ : headers_; }
};

/// The stages of a pipeline in a circle: each receives from the one before it and sends to the one after it, the last
/// to the first. One stage alone is a circle too. One thread, except for abort().
class StageRing {
public:
    /// Meets the neighbours. `name`: the same for all stages of one pipeline, and for no other. Throws PartnerLost when
    /// they are not there in time.
    StageRing(const Rendezvous& rendezvous, const std::string& name, int stage, int stages, at::Device device);

    int stage() const { return stage_; }
    int stages() const { return stages_; }
    bool is_first() const { return stage_ == 0; }
    bool is_last() const { return stage_ + 1 == stages_; }

    /// Returns before the parcel has arrived.
    void send(const Parcel& parcel);
    /// Waits until all that was sent has left; for the end, since a ring that is gone takes with it what it had to
    /// send.
    void flush();
    /// Waits for the next one. Throws PartnerLost when a neighbour is gone, silent for too long, or after abort().
    Parcel receive();

    /// From any thread: ends every wait with PartnerLost.
    void abort();

private:
    const int stage_, stages_;
    std::unique_ptr<StageLink> in_, out_;
    std::deque<Parcel> own_;  ///< of a stage that is alone
};

}  // namespace fanlight
