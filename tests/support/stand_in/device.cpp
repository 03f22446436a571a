#include "tests/support/stand_in/device.h"

#include <ATen/ATen.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "tests/support/stand_in/state.h"

namespace fanlight::stand_in {

namespace {

constexpr int pool_streams = 32;  // as in CUDA's pool

Streams::Stream stream_of(const c10::Stream& stream) { return {stream.device_index(), stream.id()}; }
using stand_in::stream_of;

// Memory

class Allocator final : public c10::Allocator {
public:
    c10::DataPtr allocate(size_t bytes) override {
        const int device = current_device();
        if (bytes == 0) return {nullptr, c10::Device(type, static_cast<c10::DeviceIndex>(device))};
        void* const block = card_of(device).memory.allocate(static_cast<int64_t>(bytes), stream_of(device));
        TORCH_CHECK_WITH(OutOfMemoryError, block != nullptr, "CUDA out of memory. Tried to allocate ", bytes,
                         " bytes. GPU ", device, " has a total capacity of ", card_of(device).memory.size(),
                         ". Stand-in.");
        auto* owner = new Block{device, block};
        return {block, owner, &release, c10::Device(type, static_cast<c10::DeviceIndex>(device))};
    }
    void copy_data(void* to, const void* from, std::size_t bytes) const override { std::memcpy(to, from, bytes); }

private:
    struct Block {
        int device;
        void* memory;
    };
    static void release(void* context) {
        const std::unique_ptr<Block> block(static_cast<Block*>(context));
        forget(block->memory);
        card_of(block->device).memory.free(block->memory);
    }
};
Allocator allocator;

// Devices, streams, events

class Guard final : public c10::impl::DeviceGuardImplInterface {
public:
    c10::DeviceType type() const override { return stand_in::type; }
    c10::Device exchangeDevice(c10::Device device) const override {
        const c10::Device before = getDevice();
        setDevice(device);
        return before;
    }
    c10::Device getDevice() const override { return device(current_device()); }
    void setDevice(c10::Device device) const override {
        TORCH_CHECK(device.index() >= 0 && device.index() < deviceCount(), "CUDA error: invalid device ordinal");
        current_device() = device.index();
    }
    void uncheckedSetDevice(c10::Device device) const noexcept override { current_device() = device.index(); }
    c10::DeviceIndex deviceCount() const noexcept override { return static_cast<c10::DeviceIndex>(card_count()); }

    c10::Stream getStream(c10::Device device) const override {
        return c10::Stream(c10::Stream::UNSAFE, device, current_stream(device.index()));
    }
    c10::Stream getDefaultStream(c10::Device device) const override {
        return c10::Stream(c10::Stream::UNSAFE, device, 0);
    }
    c10::Stream getStreamFromGlobalPool(c10::Device device, bool) const override {
        return c10::Stream(c10::Stream::UNSAFE, device, 1 + card_of(device.index()).next_stream++ % pool_streams);
    }
    c10::Stream getNewStream(c10::Device device, int) const override { return getStreamFromGlobalPool(device, false); }
    c10::Stream exchangeStream(c10::Stream stream) const override {
        const c10::Stream before = getStream(stream.device());
        current_stream(stream.device_index()) = stream.id();
        return before;
    }
    bool queryStream(const c10::Stream& stream) const override {
        streams().synchronise(stream_of(stream));
        deliver();
        return true;
    }
    void synchronizeStream(const c10::Stream& stream) const override { wait_for(stream_of(stream)); }
    void synchronizeDevice(const c10::DeviceIndex index) const override {
        wait_for(index);
        for (int64_t stream = 0; stream <= pool_streams; ++stream) streams().synchronise({index, stream});
        deliver();
    }

    void record(void** event, const c10::Stream& stream, const c10::DeviceIndex, const c10::EventFlag) const override {
        if (!*event) *event = new Streams::Clock;
        *static_cast<Streams::Clock*>(*event) = streams().record(stream_of(stream));
    }
    void block(void* event, const c10::Stream& stream) const override {
        if (event) streams().wait(stream_of(stream), *static_cast<Streams::Clock*>(event));
    }
    bool queryEvent(void* event) const override {
        if (event) streams().wait(Streams::host, *static_cast<Streams::Clock*>(event));
        deliver();
        return true;
    }
    void synchronizeEvent(void* event) const override {
        if (!event) return;
        const auto& clock = *static_cast<Streams::Clock*>(event);
        if (!clock.empty()) wait_for(clock.begin()->first.first);
        streams().wait(Streams::host, clock);
        deliver();
    }
    void destroyEvent(void* event, const c10::DeviceIndex) const noexcept override {
        delete static_cast<Streams::Clock*>(event);
    }

private:
    static c10::Device device(int index) { return {stand_in::type, static_cast<c10::DeviceIndex>(index)}; }
};

/// Memory of the host that the card copies from by itself.
class PinnedAllocator final : public c10::Allocator {
public:
    c10::DataPtr allocate(size_t bytes) override {
        void* const block = std::aligned_alloc(512, (bytes + 511) / 512 * 512);
        const std::lock_guard lock(mutex_);
        blocks_[block] = bytes;
        return {block, block, &release, c10::Device(c10::DeviceType::CPU)};
    }
    void copy_data(void* to, const void* from, std::size_t bytes) const override { std::memcpy(to, from, bytes); }
    static bool holds(const void* pointer) {
        const std::lock_guard lock(mutex_);
        auto next = blocks_.upper_bound(pointer);
        if (next == blocks_.begin()) return false;
        --next;
        return pointer < static_cast<const char*>(next->first) + next->second;
    }

private:
    static void release(void* block) {
        const std::lock_guard lock(mutex_);
        blocks_.erase(block);
        std::free(block);
    }
    static inline std::mutex mutex_;
    static inline std::map<const void*, size_t> blocks_;
};
PinnedAllocator pinned_allocator;

struct Hooks final : at::PrivateUse1HooksInterface {
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return true; }
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
    at::DeviceIndex deviceCount() const override { return static_cast<at::DeviceIndex>(card_count()); }
    at::DeviceIndex getCurrentDevice() const override { return static_cast<at::DeviceIndex>(current_device()); }
    bool isPinnedPtr(const void* pointer) const override { return is_pinned(pointer); }
    at::Allocator* getPinnedMemoryAllocator() const override { return &pinned_allocator; }
};

C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard);

}  // namespace

bool is_pinned(const void* pointer) { return PinnedAllocator::holds(pointer); }
at::Allocator* device_allocator() { return &allocator; }

void install(const std::vector<Card>& given) {
    static Hooks hooks;
    c10::register_privateuse1_backend("stand_in");
    at::RegisterPrivateUse1HooksInterface(&hooks);
    c10::SetAllocator(type, device_allocator());
    for (const Card& card : given) {
        CardState& state = add_card();
        state.card = card;
        state.memory.set_size(card.memory - card.used);
        state.until_fault = card.fault_after;
        state.fault_kind = card.fault_kind;
    }
}

std::vector<Card> visible_cards(const Machine& machine) {
    std::vector<Card> ordered = machine.cards;
    std::erase_if(ordered, [](const Card& card) {
        const bool has_left = card.fault_kind == "loss" && std::filesystem::exists(card.fault_once);
        return card.gone || has_left;
    });
    const char* order = std::getenv("CUDA_DEVICE_ORDER");
    if (!order || std::string(order) != "PCI_BUS_ID")
        std::stable_sort(ordered.begin(), ordered.end(),
                         [](const Card& a, const Card& b) { return a.speed > b.speed; });
    const char* names = std::getenv("CUDA_VISIBLE_DEVICES");
    if (!names) return ordered;
    std::vector<Card> visible;
    std::istringstream entries(names);
    for (std::string entry; std::getline(entries, entry, ',');) {
        if (entry.starts_with("MIG-")) {  // of slices a process sees one, and nothing else
            for (const Card& card : ordered)
                for (const Card& slice : card.slices)
                    if (slice.uuid == entry) return {slice};
            break;
        }
        size_t number = 0;
        const bool is_number =
            std::from_chars(entry.data(), entry.data() + entry.size(), number).ptr == entry.data() + entry.size();
        const auto found = std::find_if(ordered.begin(), ordered.end(), [&](const Card& card) {
            return is_number ? &card - ordered.data() == static_cast<std::ptrdiff_t>(number)
                             : card.uuid.starts_with(entry);
        });
        if (entry.empty() || found == ordered.end()) break;
        visible.push_back(*found);
    }
    return visible;
}

Statistics statistics(int index) {
    CardState& state = card_of(index);
    return {.operations = state.operations,
            .waits = state.waits,
            .host_copies = state.host_copies,
            .foreign = state.foreign,
            .allocated = state.memory.allocated(),
            .peak = state.memory.peak(),
            .peak_reserved = state.memory.peak_reserved()};
}

void reset_statistics() {
    for (int i = 0; i < card_count(); ++i) {
        CardState& state = card_of(i);
        state.operations = state.waits = state.host_copies = state.foreign = 0;
        state.memory.reset_peaks();
    }
}

Json statistics_json() {
    Json list = Json::array();
    for (int i = 0; i < card_count(); ++i) {
        const Statistics s = statistics(i);
        list.push_back({{"uuid", card_of(i).card.uuid},
                        {"operations", s.operations},
                        {"waits", s.waits},
                        {"host_copies", s.host_copies},
                        {"foreign", s.foreign},
                        {"peak", s.peak},
                        {"peak_reserved", s.peak_reserved}});
    }
    return list;
}

void set_fault(int index, int64_t after, const std::string& kind) {
    CardState& state = card_of(index);
    state.fault_kind = kind;
    state.until_fault = after;
}

void set_memory(int index, int64_t bytes) { card_of(index).memory.set_size(bytes); }

int64_t memory_left(int index) { return card_of(index).memory.left(); }

void limit_memory(int index, int64_t bytes) { card_of(index).memory.set_limit(bytes); }

void empty_cache() {
    for (int i = 0; i < card_count(); ++i) card_of(i).memory.empty_cache();
}

void hold(int index) {
    CardState& state = card_of(index);
    const std::lock_guard lock(state.holding);
    state.held = true;
}

void let_go(int index) {
    CardState& state = card_of(index);
    const std::lock_guard lock(state.holding);
    state.held = false;
    state.let_go.notify_all();
}

int64_t failed_allocations() {
    int64_t failed = 0;
    for (int i = 0; i < card_count(); ++i) failed += card_of(i).memory.failed();
    return failed;
}

}  // namespace fanlight::stand_in
