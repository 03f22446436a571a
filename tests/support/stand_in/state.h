#pragma once

#include <ATen/core/Tensor.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "tests/support/stand_in/cards.h"
#include "tests/support/stand_in/memory.h"
#include "tests/support/stand_in/streams.h"

// What the parts of the stand-in share: the cards, and who has waited for what. Any thread.
namespace fanlight::stand_in {

constexpr auto type = c10::DeviceType::PrivateUse1;

struct CardState {
    Card card;
    CardMemory memory;
    std::atomic<int64_t> operations{0}, waits{0}, host_copies{0}, foreign{0};
    std::atomic<int64_t> until_fault{-1};
    std::string fault_kind;
    std::atomic<bool> broken{false};
    std::atomic<int64_t> next_stream{0};
    std::mutex holding;
    std::condition_variable let_go;
    bool held = false;
};

int card_count();
CardState& card_of(int index);
CardState& add_card();
Streams& streams();

/// Of the calling thread.
int& current_device();
int64_t& current_stream(int device);
Streams::Stream stream_of(int device);

/// Every operation on a card begins here. Throws its faults.
void begin_operation(int device);

/// The host waits for the card: for this one piece of its work, or for all that the stream has been given.
void wait_for(int device);
void wait_for(Streams::Stream stream);

/// Throws if the tensor holds what another stream may still be writing.
void check_order(const at::Tensor& tensor, Streams::Stream stream);
void written_by(const at::Tensor& tensor, Streams::Stream stream);
/// Its block is no tensor's any more.
void forget(const void* block);

/// `from`: on the CPU. `to` is in pinned memory, and is not overwritten until somebody who asks for it has waited.
void copy_to_host_later(const at::Tensor& from, const at::Tensor& to, Streams::Stream stream);
/// What this stream, or the host, knows to be done is there.
void deliver(Streams::Stream knowing = Streams::host);

/// In memory of the host that the card copies from and to by itself.
bool is_pinned(const void* pointer);
at::Allocator* device_allocator();

}  // namespace fanlight::stand_in
