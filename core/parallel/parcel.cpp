#include "core/parallel/parcel.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "core/base/error.h"
#include "core/base/sentence_json.h"

namespace fanlight {

namespace {

constexpr int64_t alignment = 512;  // that of memory from CUDA's allocator, by which cublasLt chooses a kernel
constexpr int64_t max_block_bytes = int64_t{1} << 40;
constexpr int64_t max_description_bytes = int64_t{1} << 24;
constexpr int64_t max_tensors = 10'000;
constexpr size_t max_dims = 16;

enum Place : size_t { Kind, MicroBatch, Evaluation, DescriptionBytes, BlockBytes };

[[noreturn]] void refuse() { throw Error("A stage received something that is not a parcel"); }

int64_t padded(int64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

/// Everything about a tensor except its bytes.
struct Form {
    std::string name;
    at::ScalarType dtype = at::ScalarType::Undefined;
    std::vector<int64_t> sizes;
    std::vector<int64_t> order;  ///< dimensions from the slowest- to the fastest-varying

    bool defined() const { return dtype != at::ScalarType::Undefined; }
    int64_t bytes() const {
        if (!defined()) return 0;
        int64_t bytes = static_cast<int64_t>(c10::elementSize(dtype));
        for (const int64_t size : sizes)
            if (__builtin_mul_overflow(bytes, size, &bytes) || bytes > max_block_bytes) refuse();
        return bytes;
    }
    int64_t padded_bytes() const { return padded(bytes()); }
};

Form form_of(const std::string& name, const at::Tensor& tensor) {
    if (!tensor.defined()) return {.name = name};
    Form form{name, tensor.scalar_type(), tensor.sizes().vec(), std::vector<int64_t>(tensor.dim())};
    if (form.sizes.size() > max_dims) throw Error("A stage hands over a tensor of too many dimensions");
    std::iota(form.order.begin(), form.order.end(), 0);
    // A dimension of size 1 may be anywhere; ties are resolved like torch's, in the order of the dimensions.
    std::stable_sort(form.order.begin(), form.order.end(),
                     [&](int64_t a, int64_t b) { return tensor.stride(a) > tensor.stride(b); });
    return form;
}

Json to_json(const Form& form) { return {form.name, form.dtype, form.sizes, form.order}; }

Form form_in(const Json& json) {
    const auto dtype = json.at(1).get<int64_t>();
    if (json.size() != 4 || dtype < 0 || dtype > static_cast<int64_t>(at::ScalarType::Undefined)) refuse();
    Form form{json.at(0).get<std::string>(), static_cast<at::ScalarType>(dtype), json.at(2).get<std::vector<int64_t>>(),
              json.at(3).get<std::vector<int64_t>>()};
    std::vector<int64_t> sorted = form.order;
    std::sort(sorted.begin(), sorted.end());
    if (form.sizes.size() > max_dims || sorted.size() != form.sizes.size()) refuse();
    for (size_t i = 0; i < sorted.size(); ++i)
        if (sorted[i] != static_cast<int64_t>(i) || form.sizes[i] < 0) refuse();
    return form;
}

/// The tensor stored at `offset` in the block, as a view.
at::Tensor view_of(const at::Tensor& block, int64_t offset, const Form& form) {
    std::vector<int64_t> in_memory, back(form.order.size());
    for (size_t i = 0; i < form.order.size(); ++i) {
        in_memory.push_back(form.sizes[form.order[i]]);
        back[form.order[i]] = static_cast<int64_t>(i);
    }
    return block.slice(0, offset, offset + form.bytes()).view(form.dtype).view(in_memory).permute(back);
}

/// A block with the bytes of all, and their forms.
std::pair<at::Tensor, Json> packed(const NamedTensors& tensors, at::Device device) {
    if (tensors.size() > max_tensors) throw Error("A stage hands over too many tensors");
    std::vector<Form> forms;
    Json described = Json::array();
    int64_t bytes = 0;
    for (const auto& [name, tensor] : tensors) {
        forms.push_back(form_of(name, tensor));
        described.push_back(to_json(forms.back()));
        bytes += forms.back().padded_bytes();
    }
    const at::Tensor block = at::empty({bytes}, at::TensorOptions().dtype(at::kByte).device(device));
    int64_t offset = 0;
    auto form = forms.begin();
    for (const auto& [name, tensor] : tensors) {
        if (form->bytes() > 0) view_of(block, offset, *form).copy_(tensor);
        offset += form++->padded_bytes();
    }
    return {block, described};
}

NamedTensors unpacked(const at::Tensor& block, const Json& described) {
    if (!described.is_array() || described.size() > max_tensors) refuse();
    std::vector<Form> forms;
    int64_t bytes = 0;
    for (const Json& json : described) {
        forms.push_back(form_in(json));
        bytes += forms.back().padded_bytes();
        if (bytes > max_block_bytes) refuse();
    }
    if (bytes != block.numel()) refuse();
    NamedTensors tensors;
    int64_t offset = 0;
    for (const Form& form : forms) {
        tensors.put(form.name, form.defined() ? view_of(block, offset, form) : at::Tensor());
        offset += form.padded_bytes();
    }
    return tensors;
}

/// The content of a parcel beyond the header; Unpacker is the opposite.
struct Packer {
    PackedParcel& to;
    const at::Device device;

    void operator()(const Parcel::Data& data) const {
        to.header[Evaluation] = data.evaluation;
        describe({{"tensors", pack(data.tensors)}});
    }
    void operator()(const Parcel::Over&) const {}
    void operator()(const Failure& failure) const { describe(failure); }
    void operator()(const Parcel::Result& result) const {
        describe({{"seconds", result.seconds}, {"about", result.about}, {"tensors", pack(result.tensors)}});
    }

private:
    Json pack(const NamedTensors& tensors) const {
        auto [block, described] = packed(tensors, device);
        to.block = block;
        return std::move(described);
    }
    void describe(const Json& json) const { to.description = to_line(json); }
};

struct Unpacker {
    const PackedParcel& from;
    const Json description;

    void operator()(Parcel::Data& data) const {
        data = {from.header[Evaluation], unpacked(from.block, description.at("tensors"))};
    }
    void operator()(Parcel::Over&) const {}
    void operator()(Failure& failure) const { description.get_to(failure); }
    void operator()(Parcel::Result& result) const {
        result = {description.at("seconds").get<double>(), description.at("about"),
                  unpacked(from.block, description.at("tensors"))};
    }
};

using Content = decltype(Parcel::content);

/// The alternative number `kind`, empty.
template <size_t n = 0>
Content content_of_kind(int64_t kind) {
    if constexpr (n == std::variant_size_v<Content>)
        refuse();
    else
        return kind == n ? Content(std::in_place_index<n>) : content_of_kind<n + 1>(kind);
}

}  // namespace

PackedParcel pack(const Parcel& parcel, at::Device device) {
    PackedParcel packed;
    packed.block = at::empty({0}, at::TensorOptions().dtype(at::kByte).device(device));
    packed.header[Kind] = static_cast<int64_t>(parcel.content.index());
    packed.header[MicroBatch] = parcel.micro_batch;
    std::visit(Packer{packed, device}, parcel.content);
    packed.header[DescriptionBytes] = static_cast<int64_t>(packed.description.size());
    packed.header[BlockBytes] = packed.block.numel();
    return packed;
}

Announced announced_by(const PackedParcel::Header& header) {
    content_of_kind(header[Kind]);
    const Announced announced{header[DescriptionBytes], header[BlockBytes]};
    if (announced.description_bytes < 0 || announced.description_bytes > max_description_bytes ||
        announced.block_bytes < 0 || announced.block_bytes > max_block_bytes)
        refuse();
    return announced;
}

at::Tensor to_letter(const PackedParcel& packed) {
    const bool with_block = packed.block.is_cpu();
    const int64_t length = letter_bytes(announced_by(packed.header), with_block);
    at::Tensor letter = at::empty({length}, at::kByte);
    char* bytes = static_cast<char*>(letter.mutable_data_ptr());
    std::memcpy(bytes, packed.header.data(), min_letter_bytes);
    std::memcpy(bytes + min_letter_bytes, packed.description.data(), packed.description.size());
    if (with_block) letter.slice(0, length - packed.block.numel()).copy_(packed.block);
    return letter;
}

PackedParcel::Header header_of(const at::Tensor& letter) {
    if (letter.numel() < min_letter_bytes) refuse();
    PackedParcel::Header header;
    std::memcpy(header.data(), letter.const_data_ptr(), min_letter_bytes);
    return header;
}

int64_t letter_bytes(const Announced& announced, bool with_block) {
    const int64_t text = min_letter_bytes + announced.description_bytes;
    return with_block ? padded(text) + announced.block_bytes : text;
}

PackedParcel packed_in(const at::Tensor& letter, bool with_block) {
    PackedParcel packed{.header = header_of(letter)};
    const Announced announced = announced_by(packed.header);
    const int64_t length = letter_bytes(announced, with_block);
    if (letter.numel() < length) refuse();
    packed.description.assign(static_cast<const char*>(letter.const_data_ptr()) + min_letter_bytes,
                              static_cast<size_t>(announced.description_bytes));
    packed.block = letter.slice(0, length - (with_block ? announced.block_bytes : 0), length);
    return packed;
}

Parcel unpack(const PackedParcel& packed) {
    Parcel parcel{packed.header[MicroBatch], content_of_kind(packed.header[Kind])};
    try {
        const Json description =
            packed.description.empty() ? Json() : parse_json(packed.description, "what a stage was sent");
        std::visit(Unpacker{packed, description}, parcel.content);
    } catch (const Json::exception&) {
        refuse();
    }
    return parcel;
}

}  // namespace fanlight
