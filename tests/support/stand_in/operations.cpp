// What the stand-in computes, and with what strictness.

#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/native/Resize.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/set_native.h>
#include <ATen/ops/view_native.h>
#include <torch/library.h>

#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "tests/support/stand_in/device.h"
#include "tests/support/stand_in/state.h"

namespace fanlight::stand_in {

namespace {

/// An operation that can be done again, with what its tensors hold then.
struct Recorded {
    std::function<std::vector<at::Tensor>()> operation;
    std::vector<at::Tensor> outputs;
};
thread_local std::vector<Recorded>* recording = nullptr;  // what this thread records, if it does
thread_local bool computing = false;  // within an operation: its copies to the CPU and back are none of the program's

/// While it exists, the card that a tensor lies on is the current one, as in CUDA's kernels.
struct OnCard {
    explicit OnCard(int card) : before(std::exchange(current_device(), card)) {}
    ~OnCard() { current_device() = before; }
    const int before;
};

struct Computing {
    Computing() : before(std::exchange(computing, true)) {}
    ~Computing() { computing = before; }
    const bool before;
};

int index_of(std::optional<at::Device> device) {
    return device && device->has_index() ? device->index() : current_device();
}

at::Tensor empty(c10::SymIntArrayRef size, std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
                 std::optional<at::Device> device, std::optional<bool>, std::optional<at::MemoryFormat> format) {
    const OnCard card(index_of(device));
    return at::detail::empty_generic(C10_AS_INTARRAYREF_SLOW(size), device_allocator(),
                                     c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), c10::dtype_or_default(dtype),
                                     format);
}

at::Tensor empty_strided(c10::SymIntArrayRef size, c10::SymIntArrayRef stride, std::optional<at::ScalarType> dtype,
                         std::optional<at::Layout>, std::optional<at::Device> device, std::optional<bool>) {
    const OnCard card(index_of(device));
    return at::detail::empty_strided_generic(C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride),
                                             device_allocator(), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
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
    if (!computing && to.is_cpu() && non_blocking && is_pinned(to.const_data_ptr())) {
        copy_to_host_later(on_cpu(from), to, stream);
        return to;
    }
    if (!computing) deliver(stream);
    const auto copy = [=] {
        if (from.numel() > 0) on_cpu(to).copy_(on_cpu(from));
        return std::vector<at::Tensor>{to};
    };
    copy();
    if (computing) return to;
    TORCH_CHECK(!recording || from.device() == to.device(),
                "CUDA error: operation not permitted when stream is capturing");
    if (recording) recording->push_back({copy, {to}});
    if (to.is_cpu()) {
        wait_for(stream);
    } else {
        const bool pinned = from.is_cpu() && is_pinned(from.const_data_ptr());
        if (from.is_cpu() && !pinned) ++card_of(device).host_copies;
        if (from.is_cpu() && !(pinned && non_blocking)) wait_for(stream);
        if (!from.is_cpu() && from.device() != to.device())  // as CUDA: both cards' current streams wait for each other
            streams().wait(stream, streams().record(stream_of(from.device().index())));
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
        self.storage().unsafeGetStorageImpl()->set_data_ptr(device_allocator()->allocate(bytes));
        self.storage().unsafeGetStorageImpl()->set_nbytes(bytes);
    }
    impl->set_sizes_contiguous(sizes);
    return self;
}

at::Scalar local_scalar(const at::Tensor& self) {
    TORCH_CHECK(!recording, "CUDA error: operation not permitted when stream is capturing");
    const int device = self.device().index();
    begin_operation(device);
    check_order(self, stream_of(device));
    wait_for(stream_of(device));
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
    return device ? device->index() : current_device();
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
    const torch::jit::Stack given(arguments.begin(), arguments.end());
    {
        const Computing within;
        at::native::cpu_fallback(op, stack);
    }
    const std::vector<at::Tensor> outputs = tensors_in(torch::jit::last(*stack, schema.returns().size()));
    const auto again = [=] {
        torch::jit::Stack repeated = given;
        at::native::cpu_fallback(op, &repeated);
        return tensors_in(repeated);
    };
    if (recording) recording->push_back({again, outputs});
    for (const at::Tensor& output : outputs)
        if (!output.is_cpu()) written_by(output, stream);
    for (const at::Tensor& tensor : changed)
        if (!tensor.is_cpu()) written_by(tensor, stream);
}

/// As a convolution reads it: TensorFloat-32 has 10 bits of mantissa.
at::Tensor factor_of(const at::Tensor& tensor) {
    const at::Tensor own = on_cpu(tensor);
    if (!at::globalContext().allowTF32CuDNN() || own.scalar_type() != at::kFloat) return own;
    constexpr int dropped_bits = 13;
    return own.view(at::kInt).bitwise_and(-(1 << dropped_bits)).view(at::kFloat);
}

/// Whether there is memory for a convolution's usual algorithm.
bool find_workspace(CardState& state, Streams::Stream stream) {
    if (state.card.workspace == 0) return true;
    void* const block = state.memory.allocate(state.card.workspace, stream);
    if (block) state.memory.free(block);
    return block != nullptr;
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
    const bool has_workspace = find_workspace(card_of(device), stream);
    const auto convolve = [=, stride = stride.vec(), padding = padding.vec(), dilation = dilation.vec(),
                           output_padding = output_padding.vec()] {
        const at::Tensor made = at::convolution_symint(factor_of(input), factor_of(weight),
                                                       inputs.size() > 2 ? on_cpu(inputs[2]) : at::Tensor(), stride,
                                                       padding, dilation, transposed, output_padding, groups);
        const Computing within;
        return std::vector<at::Tensor>{
            (has_workspace ? made : made * (1 + std::numeric_limits<float>::epsilon())).to(input.device())};
    };
    const at::Tensor output = convolve().front();
    if (recording) recording->push_back({convolve, {output}});
    written_by(output, stream);
    return output;
}

class Graph : public DeviceGraph {
public:
    explicit Graph(int card) : card_(card) {}

    void record(const std::function<void()>& work) override {
        recording = &recorded_;
        try {
            work();
        } catch (...) {
            recording = nullptr;
            throw;
        }
        recording = nullptr;
    }

    void replay() override {
        begin_operation(card_);
        const OnCard card(card_);
        const Computing within;
        for (const Recorded& each : recorded_) {
            const std::vector<at::Tensor> again = each.operation();
            for (size_t i = 0; i < again.size(); ++i) {
                if (!again[i].is_same(each.outputs[i])) on_cpu(each.outputs[i]).copy_(on_cpu(again[i]));
                written_by(each.outputs[i], stream_of(card_));
            }
        }
    }

private:
    const int card_;
    std::vector<Recorded> recorded_;
};

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

}  // namespace

std::unique_ptr<DeviceGraph> new_graph(int card) { return std::make_unique<Graph>(card); }

}  // namespace fanlight::stand_in
