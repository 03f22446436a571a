#include "core/weights/tensor_types.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <vector>

#include "core/arithmetic/parts.h"
#include "core/checkpoints/dequantise.h"
#include "core/checkpoints/number_scales.h"
#include "core/weights/packed_tensor.h"

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

at::Tensor made_packed(const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file) {
    const at::Tensor numbers = at::empty(entry.shape, at::kFloat);
    write_numbers(entry, file, numbers);
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
    static constexpr Type quantised = {at::kFloat, &made_packed};
    if (is_quantised(dtype)) return &quantised;
    const auto found = types.find(dtype);
    return found == types.end() ? nullptr : &found->second;
}

/// With as many dimensions as the tensor.
at::Tensor scale_of(const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file) {
    return make_tensor(*entry.scale, file).to(at::kFloat).reshape(shape_of_scale(entry));
}

/// In float32, so that a type of 8 bits loses nothing.
at::Tensor scaled(const at::Tensor& stored, const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file) {
    at::Tensor numbers = stored.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    multiply_by_scale(numbers, scale_of(entry, file));
    return numbers;
}

/// The numbers of a packed tensor as they lie in its file, from any of them on.
class PackedNumbers {
public:
    PackedNumbers(const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file) : entry_(entry) {
        if (!is_quantised(entry.dtype)) values_ = &values_of_bytes(made_dtype(entry.dtype));
        if (!entry.scale) return;
        const at::Tensor scale = scale_of(entry, file).contiguous();
        scales_.assign(scale.const_data_ptr<float>(), scale.const_data_ptr<float>() + scale.numel());
        run_ = c10::multiply_integers(entry.shape) / scale.numel();
    }

    /// Whether each scale is of numbers that lie side by side, and the tensor is wanted as it lies there.
    static bool suit(const TensorEntry& entry) {
        if (!is_packed(entry.dtype) || entry.transposed || entry.halves_swapped) return false;
        if (!entry.scale) return true;
        const std::vector<int64_t> shape = shape_of_scale(entry);
        return !shape.empty() && std::all_of(shape.begin() + 1, shape.end(), [](int64_t size) { return size == 1; });
    }

    /// `first` and `count` consist of whole blocks.
    void read(int64_t first, int64_t count, float* to) const {
        const DtypeBlock block = block_of(entry_.dtype);
        const auto bytes_of = [&](int64_t numbers) {
            return static_cast<uint64_t>(numbers) / block.elements * block.bytes;
        };
        const std::string_view bytes = entry_.bytes.substr(bytes_of(first), bytes_of(count));
        if (!values_) return dequantise(entry_.dtype, bytes, to);
        for (int64_t i = 0; i < count; ++i) to[i] = (*values_)[static_cast<uint8_t>(bytes[static_cast<size_t>(i)])];
        for (int64_t i = 0; i < count && !scales_.empty();) {
            const int64_t row = (first + i) / run_, end = std::min(count, (row + 1) * run_ - first);
            for (const float scale = scales_[static_cast<size_t>(row)]; i < end; ++i) to[i] *= scale;
        }
    }

private:
    using Values = std::array<float, 256>;

    /// What each byte stands for.
    static const Values& values_of_bytes(at::ScalarType dtype) {
        static const std::map<at::ScalarType, Values> all = [] {
            std::map<at::ScalarType, Values> made;
            const at::Tensor bytes = at::arange(256, at::kByte);
            for (const auto type : {at::kFloat8_e4m3fn, at::kFloat8_e5m2, at::kFloat8_e4m3fnuz, at::kFloat8_e5m2fnuz}) {
                const at::Tensor values = bytes.view(type).to(at::kFloat);
                std::copy_n(values.const_data_ptr<float>(), values.numel(), made[type].begin());
            }
            return made;
        }();
        return all.at(dtype);
    }

    const TensorEntry& entry_;
    const Values* values_ = nullptr;  ///< of a type of 8 bits
    std::vector<float> scales_;
    int64_t run_ = 0;  ///< so many numbers have a scale each
};

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
    if (entry.scale && PackedNumbers::suit(entry)) return made_packed(entry, file);
    if (entry.scale) {
        stored.scale = nullptr;
        return scaled(make_tensor(stored, file), entry, file);
    }
    if (!entry.transposed) return type_of(entry.dtype)->make(entry, file);
    stored.transposed = false;
    std::swap(stored.shape.at(0), stored.shape.at(1));
    return make_tensor(stored, file).t().contiguous();
}

void write_numbers(const TensorEntry& entry, const std::shared_ptr<const MappedFile>& file, const at::Tensor& to) {
    constexpr int64_t numbers_in_part = 1 << 14;  // which stay in a core's cache until they are rounded
    if (!PackedNumbers::suit(entry)) {
        to.copy_(make_tensor(entry, file));
        return;
    }
    const PackedNumbers numbers(entry, file);
    const bool is_float = to.scalar_type() == at::kFloat;
    const at::Tensor row = to.view({-1});
    const int64_t all = row.numel();
    compute_parts((all + numbers_in_part - 1) / numbers_in_part, [&](int64_t part) {
        const int64_t first = part * numbers_in_part, count = std::min(numbers_in_part, all - first);
        if (is_float) return numbers.read(first, count, row.mutable_data_ptr<float>() + first);
        const at::Tensor buffer = at::empty({count}, at::kFloat);
        numbers.read(first, count, buffer.mutable_data_ptr<float>());
        row.narrow(0, first, count).copy_(buffer);
    });
}

}  // namespace fanlight
