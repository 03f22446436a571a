#include "core/weights/tensor_types.h"

#include <ATen/ATen.h>

#include <bit>
#include <cstring>
#include <map>

#include "core/arithmetic/parts.h"
#include "core/checkpoints/dequantise.h"
#include "core/checkpoints/number_scales.h"

namespace fanlight {

namespace {

static_assert(std::endian::native == std::endian::little, "files are little endian and their map is used as it is");

using Make = at::Tensor (*)(const TensorEntry&, const std::shared_ptr<const MappedFile>&);

/// For a type that LibTorch has.
template <at::ScalarType dtype>
at::Tensor as_it_is(const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file) {
    const std::string_view bytes = entry.bytes;
    const bool aligned = reinterpret_cast<uintptr_t>(bytes.data()) % c10::elementSize(dtype) == 0;
    if (aligned && !bytes.empty()) {
        void* const data = const_cast<char*>(bytes.data());
        return at::for_blob(data, entry.shape).deleter([file](void*) {}).options(dtype).make_tensor();
    }
    const at::Tensor copy = at::empty(entry.shape, dtype);
    if (!bytes.empty()) std::memcpy(copy.mutable_data_ptr(), bytes.data(), bytes.size());
    return copy;
}

/// In float32, in parts of whole blocks.
at::Tensor dequantised(const TensorEntry& entry, const std::shared_ptr<const MappedFile>&) {
    constexpr int64_t blocks_in_part = 256;
    const DtypeBlock block = block_of(entry.dtype);
    const auto width = static_cast<int64_t>(block.bytes) * blocks_in_part,
               bytes = static_cast<int64_t>(entry.bytes.size());
    const at::Tensor numbers = at::empty(entry.shape, at::kFloat);
    float* const first = numbers.mutable_data_ptr<float>();
    compute_parts((bytes + width - 1) / width, [&](int64_t part) {
        dequantise(entry.dtype, entry.bytes.substr(static_cast<size_t>(part * width), static_cast<size_t>(width)),
                   first + part * blocks_in_part * static_cast<int64_t>(block.elements));
    });
    return numbers;
}

/// The dtype of what is made of a type, and how it is made.
struct Type {
    at::ScalarType dtype;
    Make make;
};
template <at::ScalarType dtype>
constexpr Type named = {dtype, &as_it_is<dtype>};

/// Those that LibTorch has.
const std::map<Dtype, Type> types = {{Dtype::F64, named<at::kDouble>},
                                     {Dtype::F32, named<at::kFloat>},
                                     {Dtype::F16, named<at::kHalf>},
                                     {Dtype::BF16, named<at::kBFloat16>},
                                     {Dtype::F8_E4M3, named<at::kFloat8_e4m3fn>},
                                     {Dtype::F8_E5M2, named<at::kFloat8_e5m2>},
                                     {Dtype::F8_E4M3FNUZ, named<at::kFloat8_e4m3fnuz>},
                                     {Dtype::F8_E5M2FNUZ, named<at::kFloat8_e5m2fnuz>},
                                     {Dtype::I64, named<at::kLong>},
                                     {Dtype::I32, named<at::kInt>},
                                     {Dtype::I16, named<at::kShort>},
                                     {Dtype::I8, named<at::kChar>},
                                     {Dtype::U8, named<at::kByte>},
                                     {Dtype::BOOL, named<at::kBool>}};

/// nullptr: nothing is made of it.
const Type* type_of(Dtype dtype) {
    static constexpr Type quantised = {at::kFloat, &dequantised};
    if (is_quantised(dtype)) return &quantised;
    const auto found = types.find(dtype);
    return found == types.end() ? nullptr : &found->second;
}

/// In float32, so that a type of 8 bits loses nothing.
at::Tensor scaled(const at::Tensor& numbers, const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file) {
    const std::vector<int64_t> shape = shape_of_scale(entry);
    at::Tensor scale = make_tensor(*entry.scale, file).to(at::kFloat).reshape(shape);
    for (size_t d = 0; d < shape.size(); ++d)
        if (shape[d] != 1 && shape[d] != entry.shape[d])
            scale = scale.repeat_interleave(entry.shape[d] / shape[d], static_cast<int64_t>(d));
    return numbers.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true).mul_(scale);
}

}  // namespace

at::ScalarType made_dtype(Dtype dtype) {
    const Type* const type = type_of(dtype);
    return type ? type->dtype : at::ScalarType::Undefined;
}

at::Tensor make_tensor(const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file) {
    TensorEntry stored = entry;
    if (entry.halves_swapped) {
        stored.halves_swapped = false;
        return make_tensor(stored, file).roll(entry.shape.at(0) / 2, /*dims=*/0);
    }
    if (entry.scale) {
        stored.scale = nullptr;
        return scaled(make_tensor(stored, file), entry, file);
    }
    if (!entry.transposed) return type_of(entry.dtype)->make(entry, file);
    stored.transposed = false;
    std::swap(stored.shape.at(0), stored.shape.at(1));
    return make_tensor(stored, file).t().contiguous();
}

}  // namespace fanlight
