#include "core/checkpoints/tensor_number.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace fanlight {

namespace {

template <typename T>
T read(const TensorEntry& tensor) {
    T value;
    std::memcpy(&value, tensor.bytes.data(), sizeof value);
    return value;
}

template <typename T>
double whole(const TensorEntry& tensor) {
    return static_cast<double>(read<T>(tensor));
}

/// Which bits of a short floating-point type mean no finite number.
enum class Special {
    Ieee,     ///< all exponent bits set: infinite or no number
    AllOnes,  ///< all bits but the sign set: no number; nothing is infinite
    Zero,     ///< the negative zero: no number; nothing is infinite
};

/// A floating-point type that C++ lacks.
struct Layout {
    int exponent, mantissa;  ///< bits
    int bias;                ///< of the exponent
    Special special;
};

double number_in(uint32_t bits, const Layout& layout) {
    const uint32_t mantissa_mask = (1u << layout.mantissa) - 1, exponent_mask = (1u << layout.exponent) - 1,
                   sign = bits >> (layout.exponent + layout.mantissa) & 1,
                   magnitude = bits & ~(sign << (layout.exponent + layout.mantissa));
    const uint32_t mantissa = magnitude & mantissa_mask, exponent = magnitude >> layout.mantissa & exponent_mask;
    const double no_number = std::numeric_limits<double>::quiet_NaN();
    if (layout.special == Special::Zero && sign == 1 && magnitude == 0) return no_number;
    if (layout.special == Special::AllOnes && mantissa == mantissa_mask && exponent == exponent_mask) return no_number;
    if (layout.special == Special::Ieee && exponent == exponent_mask)
        return mantissa == 0 ? (sign == 1 ? -1 : 1) * std::numeric_limits<double>::infinity() : no_number;
    const double size = exponent == 0 ? std::ldexp(mantissa, 1 - layout.bias - layout.mantissa)
                                      : std::ldexp(mantissa + (1u << layout.mantissa),
                                                   static_cast<int>(exponent) - layout.bias - layout.mantissa);
    return sign == 1 ? -size : size;
}

template <typename Bits, int exponent, int mantissa, int bias, Special special>
double floating(const TensorEntry& tensor) {
    return number_in(read<Bits>(tensor), {exponent, mantissa, bias, special});
}

using Read = double (*)(const TensorEntry&);

/// nullptr: its elements are no numbers by themselves.
Read reader_of(Dtype dtype) {
    switch (dtype) {
        case Dtype::BOOL:
            return [](const TensorEntry& tensor) { return read<uint8_t>(tensor) == 0 ? 0.0 : 1.0; };
        case Dtype::U8:
            return &whole<uint8_t>;
        case Dtype::I8:
            return &whole<int8_t>;
        case Dtype::U16:
            return &whole<uint16_t>;
        case Dtype::I16:
            return &whole<int16_t>;
        case Dtype::U32:
            return &whole<uint32_t>;
        case Dtype::I32:
            return &whole<int32_t>;
        case Dtype::U64:
            return &whole<uint64_t>;
        case Dtype::I64:
            return &whole<int64_t>;
        case Dtype::F8_E5M2:
            return &floating<uint8_t, 5, 2, 15, Special::Ieee>;
        case Dtype::F8_E4M3:
            return &floating<uint8_t, 4, 3, 7, Special::AllOnes>;
        case Dtype::F8_E5M2FNUZ:
            return &floating<uint8_t, 5, 2, 16, Special::Zero>;
        case Dtype::F8_E4M3FNUZ:
            return &floating<uint8_t, 4, 3, 8, Special::Zero>;
        case Dtype::F16:
            return &floating<uint16_t, 5, 10, 15, Special::Ieee>;
        case Dtype::BF16:
            return &floating<uint16_t, 8, 7, 127, Special::Ieee>;
        case Dtype::F32:
            return &whole<float>;
        case Dtype::F64:
            return &whole<double>;
        default:
            return nullptr;
    }
}

}  // namespace

std::optional<double> number_of(const TensorEntry& tensor) {
    const Read read_number = reader_of(tensor.dtype);
    for (const int64_t size : tensor.shape)
        if (size != 1) return std::nullopt;
    if (read_number == nullptr || tensor.bytes.size() != block_of(tensor.dtype).bytes) return std::nullopt;
    return read_number(tensor);
}

}  // namespace fanlight
