#include "core/checkpoints/tensor_entry.h"

#include <algorithm>
#include <array>

namespace fanlight {

namespace {

enum class DtypeKind { Floating, Quantised, Other };

struct DtypeRow {
    std::string_view name;
    DtypeBlock block;
    DtypeKind kind = DtypeKind::Other;
};
/// In the order of Dtype.
constexpr std::array dtypes = std::to_array<DtypeRow>({
    {"BOOL", {1, 1}},
    {"F4", {2, 1}},
    {"F6_E2M3", {4, 3}},
    {"F6_E3M2", {4, 3}},
    {"U8", {1, 1}},
    {"I8", {1, 1}},
    {"F8_E5M2", {1, 1}, DtypeKind::Floating},
    {"F8_E4M3", {1, 1}, DtypeKind::Floating},
    {"F8_E5M2FNUZ", {1, 1}, DtypeKind::Floating},
    {"F8_E4M3FNUZ", {1, 1}, DtypeKind::Floating},
    {"F8_E8M0", {1, 1}},
    {"I16", {1, 2}},
    {"U16", {1, 2}},
    {"F16", {1, 2}, DtypeKind::Floating},
    {"BF16", {1, 2}, DtypeKind::Floating},
    {"I32", {1, 4}},
    {"U32", {1, 4}},
    {"F32", {1, 4}, DtypeKind::Floating},
    {"C64", {1, 8}},
    {"F64", {1, 8}, DtypeKind::Floating},
    {"I64", {1, 8}},
    {"U64", {1, 8}},
    {"Q4_0", {32, 18}, DtypeKind::Quantised},
    {"Q4_1", {32, 20}, DtypeKind::Quantised},
    {"Q5_0", {32, 22}, DtypeKind::Quantised},
    {"Q5_1", {32, 24}, DtypeKind::Quantised},
    {"Q8_0", {32, 34}, DtypeKind::Quantised},
    {"Q2_K", {256, 84}, DtypeKind::Quantised},
    {"Q3_K", {256, 110}, DtypeKind::Quantised},
    {"Q4_K", {256, 144}, DtypeKind::Quantised},
    {"Q5_K", {256, 176}, DtypeKind::Quantised},
    {"Q6_K", {256, 210}, DtypeKind::Quantised},
    {"IQ4_NL", {32, 18}, DtypeKind::Quantised},
    {"IQ4_XS", {256, 136}, DtypeKind::Quantised},
});
static_assert(dtypes.size() == static_cast<size_t>(Dtype::IQ4_XS) + 1);

const DtypeRow& row_of(Dtype dtype) { return dtypes[static_cast<size_t>(dtype)]; }

}  // namespace

std::string_view name_of(Dtype dtype) { return row_of(dtype).name; }

DtypeBlock block_of(Dtype dtype) { return row_of(dtype).block; }

bool is_quantised(Dtype dtype) { return row_of(dtype).kind == DtypeKind::Quantised; }

bool is_packed(Dtype dtype) {
    const auto& [name, block, kind] = row_of(dtype);
    return kind == DtypeKind::Quantised || (kind == DtypeKind::Floating && block.bytes == 1);
}

bool is_floating(Dtype dtype) { return row_of(dtype).kind != DtypeKind::Other; }

std::optional<Dtype> dtype_named(std::string_view name) {
    const auto* const row =
        std::find_if(dtypes.begin(), dtypes.end(), [&](const DtypeRow& r) { return r.name == name; });
    if (row == dtypes.end()) return std::nullopt;
    return static_cast<Dtype>(row - dtypes.begin());
}

}  // namespace fanlight
