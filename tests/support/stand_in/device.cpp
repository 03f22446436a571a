#include "tests/support/stand_in/device.h"

#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/native/Resize.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/set_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/stand_in/memory.h"
#include "tests/support/stand_in/streams.h"

namespace fanlight::stand_in {

namespace {

constexpr auto type = c10::DeviceType::PrivateUse1;
constexpr int pool_streams = 32;  // as in CUDA's pool

struct CardState {
    Card card;
    CardMemory memory;
    std::atomic<int64_t> operations{0}, waits{0}, host_copies{0}, foreign{0};
    std::atomic<int64_t> until_fault{-1};
    std::string fault_kind;
    std::atomic<bool> broken{false};
    std::atomic<int64_t> next_stream{0};
};

struct Write {
    Streams::Stream stream;
    int64_t number = 0;
};

std::deque<CardState> cards;
Streams streams;
std::mutex writes_mutex;
std::unordered_map<const void*, Write> writes;  // by block: the last work that has written into it

thread_local int current_device = 0;
thread_local std::map<int, int64_t> current_streams;
thread_local bool computing = false;  // within an operation: its copies to the CPU and back are none of the program's

CardState& card_of(int index) { return cards.at(static_cast<size_t>(index)); }

Streams::Stream stream_of(int device) { return {device, current_streams[device]}; }
Streams::Stream stream_of(const c10::Stream& stream) { return {stream.device_index(), stream.id()}; }

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

/// Every operation on a card begins here.
void begin_operation(int device) {
    CardState& state = card_of(device);
    ++state.operations;
    if (current_device != device) ++state.foreign;
    if (state.until_fault >= 0 && state.until_fault-- == 0) break_down(state);
    check_alive(state);
}

/// The host waits for the card.
void wait_for(int device) {
    CardState& state = card_of(device);
    ++state.waits;
    check_alive(state);
}

const void* block_of(const at::Tensor& tensor) { return tensor.storage().data(); }

/// Throws if the tensor holds what another stream may still be writing.
void check_order(const at::Tensor& tensor, Streams::Stream stream) {
    const std::lock_guard lock(writes_mutex);
    const auto found = writes.find(block_of(tensor));
    if (found == writes.end()) return;
    const auto [writer, number] = found->second;
    TORCH_CHECK(streams.is_after(stream, writer, number), "Stand-in: stream ", stream.second, " of card ", stream.first,
                " uses what stream ", writer.second, " of card ", writer.first,
                " writes, and nobody has waited for it");
}

void written_by(const at::Tensor& tensor, Streams::Stream stream) {
    const int64_t number = streams.begin_work(stream);
    const std::lock_guard lock(writes_mutex);
    if (block_of(tensor)) writes[block_of(tensor)] = {stream, number};
}

// Memory

class Allocator final : public c10::Allocator {
public:
    c10::DataPtr allocate(size_t bytes) override {
        const int device = current_device;
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
        {
            const std::lock_guard lock(writes_mutex);
            writes.erase(block->memory);
        }
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
    c10::Device getDevice() const override { return device(current_device); }
    void setDevice(c10::Device device) const override {
        TORCH_CHECK(device.index() >= 0 && device.index() < deviceCount(), "CUDA error: invalid device ordinal");
        current_device = device.index();
    }
    void uncheckedSetDevice(c10::Device device) const noexcept override { current_device = device.index(); }
    c10::DeviceIndex deviceCount() const noexcept override { return static_cast<c10::DeviceIndex>(cards.size()); }

    c10::Stream getStream(c10::Device device) const override {
        return c10::Stream(c10::Stream::UNSAFE, device, current_streams[device.index()]);
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
        current_streams[stream.device_index()] = stream.id();
        return before;
    }
    bool queryStream(const c10::Stream& stream) const override {
        streams.synchronise(stream_of(stream));
        return true;
    }
    void synchronizeStream(const c10::Stream& stream) const override {
        wait_for(stream.device_index());
        streams.synchronise(stream_of(stream));
    }
    void synchronizeDevice(const c10::DeviceIndex index) const override {
        wait_for(index);
        for (int64_t stream = 0; stream <= pool_streams; ++stream) streams.synchronise({index, stream});
    }

    void record(void** event, const c10::Stream& stream, const c10::DeviceIndex, const c10::EventFlag) const override {
        if (!*event) *event = new Streams::Clock;
        *static_cast<Streams::Clock*>(*event) = streams.record(stream_of(stream));
    }
    void block(void* event, const c10::Stream& stream) const override {
        if (event) streams.wait(stream_of(stream), *static_cast<Streams::Clock*>(event));
    }
    bool queryEvent(void*) const override { return true; }
    void synchronizeEvent(void* event) const override {
        if (!event) return;
        const auto& clock = *static_cast<Streams::Clock*>(event);
        if (!clock.empty()) wait_for(clock.begin()->first.first);
        streams.wait(Streams::host, clock);
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
    static bool is_pinned(const void* pointer) {
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
    at::DeviceIndex deviceCount() const override { return static_cast<at::DeviceIndex>(cards.size()); }
    at::DeviceIndex getCurrentDevice() const override { return static_cast<at::DeviceIndex>(current_device); }
    bool isPinnedPtr(const void* pointer) const override { return PinnedAllocator::is_pinned(pointer); }
    at::Allocator* getPinnedMemoryAllocator() const override { return &pinned_allocator; }
};

// Operations

/// While it exists, the card that a tensor lies on is the current one, as in CUDA's kernels.
struct OnCard {
    explicit OnCard(int card) : before(std::exchange(current_device, card)) {}
    ~OnCard() { current_device = before; }
    const int before;
};

struct Computing {
    Computing() : before(std::exchange(computing, true)) {}
    ~Computing() { computing = before; }
    const bool before;
};

int index_of(std::optional<at::Device> device) {
    return device && device->has_index() ? device->index() : current_device;
}

at::Tensor empty(c10::SymIntArrayRef size, std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
                 std::optional<at::Device> device, std::optional<bool>, std::optional<at::MemoryFormat> format) {
    const OnCard card(index_of(device));
    return at::detail::empty_generic(C10_AS_INTARRAYREF_SLOW(size), &allocator,
                                     c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), c10::dtype_or_default(dtype),
                                     format);
}

at::Tensor empty_strided(c10::SymIntArrayRef size, c10::SymIntArrayRef stride, std::optional<at::ScalarType> dtype,
                         std::optional<at::Layout>, std::optional<at::Device> device, std::optional<bool>) {
    const OnCard card(index_of(device));
    return at::detail::empty_strided_generic(C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride), &allocator,
                                             c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                             c10::dtype_or_default(dtype));
}

/// The same bytes as a tensor of the CPU.
at::Tensor on_cpu(const at::Tensor& tensor) {
    if (tensor.is_cpu()) return tensor;
    return at::for_blob(const_cast<void*>(tensor.const_data_ptr()), tensor.sizes())
        .strides(tensor.strides())
        .options(at::TensorOptions().dtype(tensor.dtype()).device(at::kCPU))
        .make_tensor();
}

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool non_blocking) {
    const int device = to.is_cpu() ? from.device().index() : to.device().index();
    if (!computing) begin_operation(device);
    const Streams::Stream stream = stream_of(device);
    if (!from.is_cpu()) check_order(from, from.device().index() == device ? stream : stream_of(from.device().index()));
    if (from.numel() > 0) on_cpu(to).copy_(on_cpu(from));
    if (computing) return to;
    if (to.is_cpu()) {
        if (non_blocking && PinnedAllocator::is_pinned(to.const_data_ptr())) return to;
        wait_for(device);
        streams.synchronise(stream);
    } else {
        if (from.is_cpu() && !PinnedAllocator::is_pinned(from.const_data_ptr())) ++card_of(device).host_copies;
        if (!from.is_cpu() && from.device() != to.device())  // as CUDA: both cards' current streams wait for each other
            streams.wait(stream, streams.record(stream_of(from.device().index())));
        written_by(to, stream);
    }
    return to;
}

at::Tensor copy_from_and_resize(const at::Tensor& from, const at::Tensor& to) {
    if (to.sizes() != from.sizes()) to.resize_(from.sizes());
    return copy_from(from, to, false);
}

const at::Tensor& resize(const at::Tensor& self, c10::SymIntArrayRef size, std::optional<at::MemoryFormat>) {
    const at::IntArrayRef sizes = C10_AS_INTARRAYREF_SLOW(size);
    auto* impl = self.unsafeGetTensorImpl();
    const auto bytes = static_cast<size_t>(c10::multiply_integers(sizes)) * self.element_size();
    if (self.storage().nbytes() < bytes) {
        const OnCard card(self.device().index());
        self.storage().unsafeGetStorageImpl()->set_data_ptr(allocator.allocate(bytes));
        self.storage().unsafeGetStorageImpl()->set_nbytes(bytes);
    }
    impl->set_sizes_contiguous(sizes);
    return self;
}

at::Scalar local_scalar(const at::Tensor& self) {
    const int device = self.device().index();
    begin_operation(device);
    check_order(self, stream_of(device));
    wait_for(device);
    streams.synchronise(stream_of(device));
    return at::_local_scalar_dense(on_cpu(self));
}

at::Tensor& set_storage(at::Tensor& self, at::Storage source, c10::SymInt offset, c10::SymIntArrayRef size,
                        c10::SymIntArrayRef stride) {
    self.unsafeGetTensorImpl()->set_storage_keep_dtype(std::move(source));
    self.unsafeGetTensorImpl()->set_sizes_and_strides(C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride),
                                                      offset.expect_int());
    return self;
}

at::Tensor as_strided(const at::Tensor& self, c10::SymIntArrayRef size, c10::SymIntArrayRef stride,
                      std::optional<c10::SymInt> offset) {
    return at::native::as_strided_tensorimpl(self, C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride),
                                             offset ? std::optional<int64_t>(offset->expect_int()) : std::nullopt);
}

at::Tensor view(const at::Tensor& self, c10::SymIntArrayRef size) {
    return at::native::view(self, C10_AS_INTARRAYREF_SLOW(size));
}

at::Tensor reshape_alias(const at::Tensor& self, c10::SymIntArrayRef size, c10::SymIntArrayRef stride) {
    return at::native::_reshape_alias(self, C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride));
}

/// Every tensor among the arguments, those in lists too.
std::vector<at::Tensor> tensors_in(c10::ArrayRef<c10::IValue> values) {
    std::vector<at::Tensor> tensors;
    const auto add = [&](const at::Tensor& tensor) {
        if (tensor.defined()) tensors.push_back(tensor);
    };
    for (const c10::IValue& value : values) {
        if (value.isTensor()) add(value.toTensor());
        if (value.isTensorList())
            for (const at::Tensor& tensor : value.toTensorList()) add(tensor);
        if (value.isOptionalTensorList())
            for (const std::optional<at::Tensor>& tensor : value.toOptionalTensorList())
                if (tensor) add(*tensor);
    }
    return tensors;
}

/// The one card that an operation's tensors lie on. Throws as CUDA does.
int card_of_operation(const std::string& name, const std::vector<at::Tensor>& tensors) {
    std::optional<at::Device> device;
    for (const at::Tensor& tensor : tensors) {
        if (tensor.is_cpu() && tensor.dim() == 0) continue;
        TORCH_CHECK(!device || tensor.device() == *device, "Expected all tensors to be on the same device, but ", name,
                    " found at least two devices, ", *device, " and ", tensor.device(), "!");
        device = tensor.device();
    }
    return device ? device->index() : current_device;
}

void compute_on_cpu(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
    const auto& schema = op.schema();
    const auto arguments = torch::jit::last(*stack, schema.arguments().size());
    const std::vector<at::Tensor> inputs = tensors_in(arguments);
    const int device = card_of_operation(schema.name(), inputs);
    begin_operation(device);
    const OnCard card(device);
    const Streams::Stream stream = stream_of(device);
    for (const at::Tensor& input : inputs)
        if (!input.is_cpu()) check_order(input, stream);
    std::vector<at::Tensor> changed;
    for (size_t i = 0; i < schema.arguments().size(); ++i)
        if (const auto* alias = schema.arguments()[i].alias_info(); alias && alias->isWrite())
            for (const at::Tensor& tensor : tensors_in(arguments.slice(i, 1))) changed.push_back(tensor);
    {
        const Computing within;
        at::native::cpu_fallback(op, stack);
    }
    for (const at::Tensor& output : tensors_in(torch::jit::last(*stack, schema.returns().size())))
        if (!output.is_cpu()) written_by(output, stream);
    for (const at::Tensor& tensor : changed)
        if (!tensor.is_cpu()) written_by(tensor, stream);
}

/// What a convolution becomes on a device of which LibTorch knows nothing; it has no kernel for the fallback to call.
at::Tensor convolution(const at::Tensor& input, const at::Tensor& weight, const std::optional<at::Tensor>& bias,
                       c10::SymIntArrayRef stride, c10::SymIntArrayRef padding, c10::SymIntArrayRef dilation,
                       bool transposed, c10::SymIntArrayRef output_padding, c10::SymInt groups) {
    std::vector<at::Tensor> inputs = {input, weight};
    if (bias && bias->defined()) inputs.push_back(*bias);
    const int device = card_of_operation("convolution", inputs);
    begin_operation(device);
    const OnCard card(device);
    const Streams::Stream stream = stream_of(device);
    for (const at::Tensor& tensor : inputs) check_order(tensor, stream);
    const at::Tensor made =
        at::convolution_symint(on_cpu(input), on_cpu(weight), inputs.size() > 2 ? on_cpu(inputs[2]) : at::Tensor(),
                               stride, padding, dilation, transposed, output_padding, groups);
    const Computing within;
    const at::Tensor output = made.to(input.device());
    written_by(output, stream);
    return output;
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) { m.fallback(torch::CppFunction::makeFromBoxedFunction<&compute_on_cpu>()); }

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
    m.impl("empty.memory_format", &empty);
    m.impl("empty_strided", &empty_strided);
    m.impl("_copy_from", &copy_from);
    m.impl("_copy_from_and_resize", &copy_from_and_resize);
    m.impl("_local_scalar_dense", &local_scalar);
    m.impl("set_.source_Storage_storage_offset", &set_storage);
    m.impl("resize_", &resize);
    m.impl("convolution_overrideable", &convolution);
    // LibTorch would compose these of others, and demand what its own kernels do not.
    for (const char* name : {"native_group_norm", "native_layer_norm"})
        m.impl(name, torch::CppFunction::makeFromBoxedFunction<&compute_on_cpu>());
    m.impl("as_strided", &as_strided);
    m.impl("view", &view);
    m.impl("_reshape_alias", &reshape_alias);
}

C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard);

}  // namespace

void install(const std::vector<Card>& given) {
    static Hooks hooks;
    c10::register_privateuse1_backend("stand_in");
    at::RegisterPrivateUse1HooksInterface(&hooks);
    c10::SetAllocator(type, &allocator);
    for (const Card& card : given) {
        CardState& state = cards.emplace_back();
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
    for (CardState& state : cards) {
        state.operations = state.waits = state.host_copies = state.foreign = 0;
        state.memory.reset_peaks();
    }
}

Json statistics_json() {
    Json list = Json::array();
    for (size_t i = 0; i < cards.size(); ++i) {
        const Statistics s = statistics(static_cast<int>(i));
        list.push_back({{"uuid", cards[i].card.uuid},
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

void limit_memory(int index, int64_t bytes) { card_of(index).memory.set_limit(bytes); }

void empty_cache() {
    for (CardState& state : cards) state.memory.empty_cache();
}

}  // namespace fanlight::stand_in
