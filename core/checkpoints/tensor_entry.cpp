#include "core/checkpoints/tensor_entry.h"

#include <algorithm>
#include <array>

namespace fanlight {

namespace {

struct DtypeRow {
    std::string_view name;
    DtypeBlock block;
};
/// In the order of Dtype.
constexpr std::array<DtypeRow, 22> dtypes = {{
    {"BOOL", {1, 1}},    {"F4", {2, 1}},      {"F6_E2M3", {4, 3}}, {"F6_E3M2", {4, 3}},     {"U8", {1, 1}},
    {"I8", {1, 1}},      {"F8_E5M2", {1, 1}}, {"F8_E4M3", {1, 1}}, {"F8_E5M2FNUZ", {1, 1}}, {"F8_E4M3FNUZ", {1, 1}},
    {"F8_E8M0", {1, 1}}, {"I16", {1, 2}},     {"U16", {1, 2}},     {"F16", {1, 2}},         {"BF16", {1, 2}},
    {"I32", {1, 4}},     {"U32", {1, 4}},     {"F32", {1, 4}},     {"C64", {1, 8}},         {"F64", {1, 8}},
    {"I64", {1, 8}},     {"U64", {1, 8}},
}};
static_assert(dtypes.size() == static_cast<size_t>(Dtype::U64) + 1);

const DtypeRow& row_of(Dtype dtype) { return dtypes[static_cast<size_t>(dtype)]; }

}  // namespace

std::string_view name_of(Dtype dtype) { return row_of(dtype).name; }

DtypeBlock block_of(Dtype dtype) { return row_of(dtype).block; }

std::optional<Dtype> dtype_named(std::string_view name) {
    const auto* const row =
        std::find_if(dtypes.begin(), dtypes.end(), [&](const DtypeRow& r) { return r.name == name; });
    if (row == dtypes.end()) return std::nullopt;
    return static_cast<Dtype>(row - dtypes.begin());
}

}  // namespace fanlight
