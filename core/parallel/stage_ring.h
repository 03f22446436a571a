#pragma once

#include <deque>
#include <memory>
#include <string>

#include "core/parallel/communicator.h"
#include "core/parallel/parcel.h"

namespace fanlight {

/// A one-way connection between neighbouring stages. What a parcel says is sent by Gloo, with its tensors between CPUs;
/// between GPUs they are sent by NCCL. The two directions between a pair never share a group: on a GPU they would share
/// a stream, and two stages sending to each other would deadlock.
class StageLink {
public:
    enum class End { From, To };

    StageLink(const Rendezvous& rendezvous, const std::string& name, End end, at::Device device);

    void send(const Parcel& parcel);
    Parcel receive();
    void flush();
    void abort();

private:
    /// Begins to receive the next letter.
    void expect();
    /// Chooses the first message's size from the letter before, which both ends know.
    void fit_to(int64_t letter_bytes);

    const at::Device device_;
    /// What is sent lies here: on the same device, or on the CPU if only that is reached.
    const at::Device link_device_;
    /// Of the first message of a letter. It is expected before it is sent, so each message costs its way; a rest must
    /// be asked for, which on a busy machine takes several turns of its scheduler. An evaluation's letters are mostly
    /// as long as those of the one before.
    int64_t first_bytes_;
    Communicator letters_;
    std::unique_ptr<Communicator> blocks_;  ///< null on a CPU: letters hold the blocks
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
