#include "core/parallel/parcel.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

#include "core/base/error.h"

namespace fanlight {

namespace {

constexpr int64_t alignment = 64;
constexpr int64_t max_bytes = int64_t{1} << 40;

/// A tensor's place in a header.
struct Form {
    at::ScalarType dtype = at::ScalarType::Undefined;
    std::vector<int64_t> sizes;
    std::vector<int64_t> order;  ///< dimensions from the slowest to the fastest in memory

    static constexpr size_t width = 2 + 2 * PackedParcel::max_dims;

    int64_t bytes() const {
        if (dtype == at::ScalarType::Undefined) return 0;
        const int64_t elements = std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<>());
        return elements * static_cast<int64_t>(c10::elementSize(dtype));
    }
    int64_t padded_bytes() const { return (bytes() + alignment - 1) / alignment * alignment; }
};

Form form_of(const at::Tensor& tensor) {
    if (!tensor.defined()) return {};
    Form form{tensor.scalar_type(), tensor.sizes().vec(), std::vector<int64_t>(tensor.dim())};
    if (form.sizes.size() > PackedParcel::max_dims) throw Error("A stage hands over a tensor of too many dimensions");
    std::iota(form.order.begin(), form.order.end(), 0);
    // A dimension of one element lies anywhere; torch's own tie: as it is counted.
    std::stable_sort(form.order.begin(), form.order.end(),
                     [&](int64_t a, int64_t b) { return tensor.stride(a) > tensor.stride(b); });
    return form;
}

void write(const Form& form, int64_t* place) {
    place[0] = static_cast<int64_t>(form.dtype);
    place[1] = static_cast<int64_t>(form.sizes.size());
    std::copy(form.sizes.begin(), form.sizes.end(), place + 2);
    std::copy(form.order.begin(), form.order.end(), place + 2 + PackedParcel::max_dims);
}

Form read(const int64_t* place) {
    const int64_t dtype = place[0], dims = place[1];
    const auto bad = [] { throw Error("A stage was sent something that is no parcel"); };
    if (dtype < 0 || dtype > static_cast<int64_t>(at::ScalarType::Undefined) || dims < 0 ||
        dims > static_cast<int64_t>(PackedParcel::max_dims))
        bad();
    Form form{static_cast<at::ScalarType>(dtype), {place + 2, place + 2 + dims}, {}};
    form.order.assign(place + 2 + PackedParcel::max_dims, place + 2 + PackedParcel::max_dims + dims);
    std::vector<int64_t> sorted = form.order;
    std::sort(sorted.begin(), sorted.end());
    for (int64_t i = 0; i < dims; ++i)
        if (sorted[i] != i || form.sizes[i] < 0 || form.sizes[i] > max_bytes) bad();
    if (form.bytes() < 0 || form.bytes() > max_bytes) bad();
    return form;
}

std::vector<Form> forms_of(const PackedParcel::Header& header) {
    if (header[2] < 0 || header[2] > static_cast<int64_t>(PackedParcel::max_tensors))
        throw Error("A stage was sent something that is no parcel");
    std::vector<Form> forms;
    for (int64_t i = 0; i < header[2]; ++i) forms.push_back(read(header.data() + 4 + i * Form::width));
    return forms;
}

/// The part of the block at `offset`, as the tensor that it holds.
at::Tensor view_of(const at::Tensor& block, int64_t offset, const Form& form) {
    std::vector<int64_t> in_memory, back(form.order.size());
    for (size_t i = 0; i < form.order.size(); ++i) {
        in_memory.push_back(form.sizes[form.order[i]]);
        back[form.order[i]] = static_cast<int64_t>(i);
    }
    return block.slice(0, offset, offset + form.bytes()).view(form.dtype).view(in_memory).permute(back);
}

}  // namespace

PackedParcel pack(const Parcel& parcel, at::Device device) {
    if (parcel.tensors.size() > PackedParcel::max_tensors) throw Error("A stage hands over too many tensors");
    PackedParcel packed;
    packed.header = {parcel.micro_batch, parcel.step, static_cast<int64_t>(parcel.tensors.size())};
    std::vector<Form> forms;
    for (const at::Tensor& tensor : parcel.tensors) {
        forms.push_back(form_of(tensor));
        write(forms.back(), packed.header.data() + 4 + (forms.size() - 1) * Form::width);
        packed.header[3] += forms.back().padded_bytes();
    }
    packed.bytes = at::empty({packed.header[3]}, at::TensorOptions().dtype(at::kByte).device(device));
    int64_t offset = 0;
    for (size_t i = 0; i < forms.size(); ++i) {
        if (forms[i].bytes() > 0) view_of(packed.bytes, offset, forms[i]).copy_(parcel.tensors[i]);
        offset += forms[i].padded_bytes();
    }
    return packed;
}

int64_t bytes_of(const PackedParcel::Header& header) {
    int64_t bytes = 0;
    for (const Form& form : forms_of(header)) bytes += form.padded_bytes();
    if (bytes != header[3] || bytes > max_bytes) throw Error("A stage was sent something that is no parcel");
    return bytes;
}

Parcel unpack(const PackedParcel& packed) {
    Parcel parcel{packed.header[0], packed.header[1], {}};
    int64_t offset = 0;
    for (const Form& form : forms_of(packed.header)) {
        const bool defined = form.dtype != at::ScalarType::Undefined;
        parcel.tensors.push_back(defined ? view_of(packed.bytes, offset, form) : at::Tensor());
        offset += form.padded_bytes();
    }
    return parcel;
}

}  // namespace fanlight
