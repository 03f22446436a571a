#pragma once

#include <cstdint>
#include <string>

#include "core/base/json.h"
#include "core/weights/accelerator.h"
#include "tests/support/stand_in/cards.h"

namespace fanlight::stand_in {

/// Registers a device type of our own with LibTorch (PrivateUse1), which computes on the CPU and is as strict as CUDA:
/// - an operation on tensors of two devices, or of a device and the CPU (numbers excepted), throws;
/// - memory is counted, and ends with c10::OutOfMemoryError;
/// - reading what another stream has written throws unless it has been waited for;
/// - what it copies to pinned memory is there only when the host has waited for it;
/// - a convolution for whose workspace there is no memory says nothing and has other last bits;
/// - a card with a fault throws at its operation, and if that is sticky, at every later one in this process.
/// Once per process, before any tensor is made. `cards` in CUDA's order.
void install(const std::vector<Card>& cards);

/// The cards that CUDA would show this process, in its order: by $CUDA_DEVICE_ORDER and $CUDA_VISIBLE_DEVICES.
std::vector<Card> visible_cards(const Machine& machine);

/// What has happened on a card since install() or reset().
struct Statistics {
    int64_t operations = 0;
    int64_t waits = 0;        ///< of the host for the card: item(), copies to the host, synchronisations
    int64_t host_copies = 0;  ///< from pageable host memory to the card
    int64_t foreign = 0;      ///< operations while the thread's current device was another one
    int64_t allocated = 0, peak = 0, peak_reserved = 0;  ///< bytes
};
Statistics statistics(int card);
/// What has been allocated stays counted; the peaks begin anew from it.
void reset_statistics();
Json statistics_json();

/// For tests in this process: the fault of Card, counted from now.
void set_fault(int card, int64_t after, const std::string& kind);
void set_memory(int card, int64_t bytes);
/// A card that is held does what it's given, but says so only when it's let go: waiting for it takes until then.
void hold(int card);
void let_go(int card);
/// Recorded work is done once while it's recorded, and again each time; a replay counts as one operation.
std::unique_ptr<DeviceGraph> new_graph(int card);
/// Number of times that there was too little memory, of all cards.
int64_t failed_allocations();
void limit_memory(int card, int64_t bytes);
/// What tensors can still take beyond what is reserved.
int64_t memory_left(int card);
void empty_cache();

}  // namespace fanlight::stand_in
