#include "tests/support/stand_in/state.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <chrono>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <unordered_map>
#include <vector>

namespace fanlight::stand_in {

namespace {

struct Write {
    Streams::Stream stream;
    int64_t number = 0;
};

std::deque<CardState> cards;
std::mutex writes_mutex;
std::unordered_map<const void*, Write> writes;  // by block: the last work that has written into it

/// A copy to pinned memory that the card makes when it comes to it.
struct HostCopying {
    Write write;
    at::Tensor from, to;
};
std::mutex host_copying_mutex;
std::vector<HostCopying> host_copying;

[[noreturn]] void throw_cuda_error(int code, const std::string& text) {
    throw c10::AcceleratorError({__func__, __FILE__, __LINE__}, code, "CUDA error: " + text + "\nStand-in.");
}

void break_down(CardState& state) {
    if (!state.card.fault_once.empty()) {
        if (std::filesystem::exists(state.card.fault_once)) return;
        std::ofstream(state.card.fault_once) << "broken\n";
    }
    if (state.fault_kind == "memory") TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory. Stand-in.");
    if (state.fault_kind == "cublas memory")
        TORCH_CHECK(false, "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`");
    state.broken = true;
}

void check_alive(const CardState& state) {
    if (!state.broken) return;
    if (state.fault_kind == "loss") throw_cuda_error(100, "no CUDA-capable device is detected");
    throw_cuda_error(700, "an illegal memory access was encountered");
}

const void* block_of(const at::Tensor& tensor) { return tensor.storage().data(); }

}  // namespace

int card_count() { return static_cast<int>(cards.size()); }
CardState& card_of(int index) { return cards.at(static_cast<size_t>(index)); }
CardState& add_card() { return cards.emplace_back(); }

Streams& streams() {
    static Streams all;
    return all;
}

int& current_device() {
    thread_local int device = 0;
    return device;
}

int64_t& current_stream(int device) {
    thread_local std::map<int, int64_t> by_device;
    return by_device[device];
}

Streams::Stream stream_of(int device) { return {device, current_stream(device)}; }

void begin_operation(int device) {
    if (at::get_num_threads() != 1) at::set_num_threads(1);  // a card's results do not depend on the host's
    CardState& state = card_of(device);
    ++state.operations;
    if (current_device() != device) ++state.foreign;
    if (state.until_fault >= 0 && state.until_fault-- == 0) break_down(state);
    check_alive(state);
}

void deliver(Streams::Stream knowing) {
    const std::lock_guard lock(host_copying_mutex);
    std::erase_if(host_copying, [&](const HostCopying& copying) {
        if (!streams().is_after(knowing, copying.write.stream, copying.write.number)) return false;
        std::memcpy(copying.to.mutable_data_ptr(), copying.from.const_data_ptr(), copying.to.nbytes());
        return true;
    });
}

void wait_for(int device) {
    CardState& state = card_of(device);
    ++state.waits;
    std::unique_lock lock(state.holding);
    constexpr std::chrono::seconds long_enough(20);
    TORCH_CHECK(state.let_go.wait_for(lock, long_enough, [&] { return !state.held; }),
                "Stand-in: the host waits for a card that nobody lets go");
    check_alive(state);
}

void wait_for(Streams::Stream stream) {
    wait_for(stream.first);
    streams().synchronise(stream);
    deliver();
}

void check_order(const at::Tensor& tensor, Streams::Stream stream) {
    const std::lock_guard lock(writes_mutex);
    const auto found = writes.find(block_of(tensor));
    if (found == writes.end()) return;
    const auto [writer, number] = found->second;
    TORCH_CHECK(streams().is_after(stream, writer, number), "Stand-in: stream ", stream.second, " of card ",
                stream.first, " uses what stream ", writer.second, " of card ", writer.first,
                " writes, and nobody has waited for it");
}

void written_by(const at::Tensor& tensor, Streams::Stream stream) {
    const int64_t number = streams().begin_work(stream);
    const std::lock_guard lock(writes_mutex);
    if (block_of(tensor)) writes[block_of(tensor)] = {stream, number};
}

void forget(const void* block) {
    const std::lock_guard lock(writes_mutex);
    writes.erase(block);
}

void copy_to_host_later(const at::Tensor& from, const at::Tensor& to, Streams::Stream stream) {
    TORCH_CHECK(to.is_contiguous(), "Stand-in: copies to pinned memory are made for contiguous tensors only");
    constexpr int rubbish = 0xa5;
    std::memset(to.mutable_data_ptr(), rubbish, to.nbytes());
    const at::Tensor now = from.to(to.scalar_type()).contiguous().clone();
    const std::lock_guard lock(host_copying_mutex);
    host_copying.push_back({{stream, streams().begin_work(stream)}, now, to});
}

}  // namespace fanlight::stand_in
