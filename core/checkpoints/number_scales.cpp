#include "core/checkpoints/number_scales.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/checkpoints/tensor_number.h"

namespace fanlight {

namespace {

/// What the last part of a name says of the tensor X.weight.
enum class ScaleRole {
    Marker,  ///< weights of 8 bits below it have scales
    Scale,
    Format,  ///< JSON: how the weight is stored
    Input,   ///< the scale of a layer's input, of which only products of 8 bits make use
};
struct ScaleName {
    std::string_view name;
    ScaleRole role;
};
constexpr ScaleName scale_names[] = {{"scaled_fp8", ScaleRole::Marker},  {"scale_weight", ScaleRole::Scale},
                                     {"weight_scale", ScaleRole::Scale}, {"comfy_quant", ScaleRole::Format},
                                     {"scale_input", ScaleRole::Input},  {"input_scale", ScaleRole::Input}};
constexpr std::array known_formats = {"float8_e4m3fn", "float8_e5m2"};

/// What the last part of a name says of weights that are stored as nothing here reads them.
struct ForeignName {
    std::string_view name, format;
};
constexpr ForeignName foreign_names[] = {{"absmax", "NF4 or FP4 of bitsandbytes"},
                                         {"bitsandbytes__nf4", "NF4 of bitsandbytes"},
                                         {"bitsandbytes__fp4", "FP4 of bitsandbytes"},
                                         {"SCB", "int8 of bitsandbytes"},
                                         {"wscales", "SVDQuant of Nunchaku"},
                                         {"qzeros", "GPTQ or AWQ"},
                                         {"weight_scale_inv", "float8 in blocks, with weight_scale_inv"},
                                         {"weight_scale_2", "NVFP4"},
                                         {"W_q", "HQQ"},
                                         {"_data", "Quanto"},
                                         {"zero_point", "integers of torchao or SDNQ"}};
constexpr std::array scale_dtypes = {Dtype::F32, Dtype::F16, Dtype::BF16, Dtype::F64};

bool is_eight_bit(Dtype dtype) { return dtype == Dtype::F8_E4M3 || dtype == Dtype::F8_E5M2; }

/// "a.b.scale_weight" -> "a.b." and "scale_weight"
std::pair<std::string_view, std::string_view> parts_of_name(std::string_view name) {
    const size_t dot = name.rfind('.');
    const size_t begin = dot == std::string_view::npos ? 0 : dot + 1;
    return {name.substr(0, begin), name.substr(begin)};
}

const ScaleName* scale_name_of(std::string_view name) {
    const std::string_view last = parts_of_name(name).second;
    const auto* const found = std::find_if(std::begin(scale_names), std::end(scale_names),
                                           [&](const ScaleName& row) { return row.name == last; });
    return found == std::end(scale_names) ? nullptr : found;
}

std::string shape_in_words(const std::vector<int64_t>& shape) { return to_line(Json(shape)); }

/// Takes in the scales of one file.
class Scales {
public:
    Scales(TensorEntries& tensors, const std::string& path) : tensors_(tensors), path_(path) {}

    void take_in() {
        for (const auto& [name, tensor] : tensors_) check_known(name);
        for (auto& [name, tensor] : extracted()) take_in(name, std::move(tensor));
        check_all_scaled();
    }

private:
    void check_known(const std::string& name) const {
        const std::string_view last = parts_of_name(name).second;
        for (const ForeignName& foreign : foreign_names)
            if (last == foreign.name) refuse_format(Sentence("%1, %2", path_, excerpt(name, 200)), foreign.format);
    }

    [[noreturn]] static void refuse_format(const Place& where, std::string_view format) {
        throw Error(
            "%1: weights that are stored as %2 cannot be read; choose a version of the model in %3, float16 or GGUF.",
            where, in_quotes(std::string(format)), join({known_formats.begin(), known_formats.end()}, ", "));
    }

    std::vector<std::pair<std::string, TensorEntry>> extracted() {
        std::vector<std::pair<std::string, TensorEntry>> found;
        for (auto it = tensors_.begin(); it != tensors_.end();) {
            const auto here = it++;
            if (!scale_name_of(here->first)) continue;
            auto node = tensors_.extract(here);
            found.emplace_back(std::move(node.key()), std::move(node.mapped()));
        }
        return found;
    }

    void take_in(const std::string& name, TensorEntry tensor) {
        const std::string prefix(parts_of_name(name).first);
        switch (scale_name_of(name)->role) {
            case ScaleRole::Marker:
                scaled_below_.push_back(prefix);
                return;
            case ScaleRole::Scale:
                set_scale(name, weight_of(name), std::move(tensor));
                return;
            case ScaleRole::Format:
                check_format(name, tensor.bytes);
                weight_of(name);
                must_be_scaled_.insert(prefix + weight_);
                return;
            case ScaleRole::Input:
                return;
        }
    }

    TensorEntry& weight_of(const std::string& name) {
        const auto found = tensors_.find(std::string(parts_of_name(name).first) + weight_);
        if (found == tensors_.end())
            throw Error("%1: \"%2\" belongs to a tensor that the file does not hold; download it again.", path_,
                        excerpt(name, 200));
        return found->second;
    }

    void set_scale(const std::string& name, TensorEntry& weight, TensorEntry scale) {
        const bool is_number = std::find(scale_dtypes.begin(), scale_dtypes.end(), scale.dtype) != scale_dtypes.end();
        const bool is_scaled = is_eight_bit(weight.dtype) ||
                               std::find(scale_dtypes.begin(), scale_dtypes.end(), weight.dtype) != scale_dtypes.end();
        if (const std::string_view format = format_told(weight.dtype, scale.dtype); !format.empty())
            refuse_format(Sentence("%1, %2", path_, excerpt(name, 200)), format);
        if (!is_number || !is_scaled)
            throw Error(
                "%1: \"%2\" of dtype %3 scales a tensor of dtype %4, and only tensors of float8_e4m3fn and "
                "float8_e5m2 with scales of floating-point numbers can be read; choose another version of it.",
                path_, excerpt(name, 200), std::string(name_of(scale.dtype)), std::string(name_of(weight.dtype)));
        if (weight.scale)
            throw Error("%1: \"%2\" is a second scale of one tensor; download it again.", path_, excerpt(name, 200));
        const std::vector<int64_t> stored = scale.shape;
        weight.scale = std::make_shared<const TensorEntry>(std::move(scale));
        if (!fits(weight))
            throw Error(
                "%1: the scale \"%2\" has shape %3, which does not fit a tensor of shape %4; download it again.", path_,
                excerpt(name, 200), shape_in_words(stored), shape_in_words(weight.shape));
        if (const auto number = number_of(*weight.scale); number && !std::isfinite(*number))
            throw Error("%1: the scale \"%2\" is not a finite number; download it again.", path_, excerpt(name, 200));
    }

    /// What the dtypes of a weight and its scale tell of a format without a name; "": nothing.
    static std::string_view format_told(Dtype weight, Dtype scale) {
        if (scale == Dtype::F8_E8M0) return weight == Dtype::F8_E4M3 || weight == Dtype::F8_E5M2 ? "MXFP8" : "MXFP4";
        if (scale == Dtype::F8_E4M3 && (weight == Dtype::U8 || weight == Dtype::F4)) return "NVFP4";
        return weight == Dtype::I8 ? "int8" : "";
    }

    static bool fits(const TensorEntry& weight) {
        if (weight.scale->shape.size() > weight.shape.size() && !number_of(*weight.scale)) return false;
        const std::vector<int64_t> shape = shape_of_scale(weight);
        for (size_t d = 0; d < shape.size(); ++d)
            if (shape[d] < 1 || weight.shape[d] % shape[d] != 0) return false;
        return true;
    }

    void check_format(const std::string& name, std::string_view bytes) const {
        const Place where = path_ + ", " + excerpt(name, 200);
        const Json json = parse_json(bytes, where);
        if (!json.is_object()) throw Error("%1 must hold a JSON object; download the file again.", where);
        const auto format = required<std::string>(json, "format", where);
        const bool is_known = std::find(known_formats.begin(), known_formats.end(), format) != known_formats.end();
        if (is_known && !optional_or(json, "convrot", false, where)) return;
        refuse_format(where, is_known ? "convrot" : format);
    }

    /// Tables of words, and kernels, are stored without scales where the matrices have them.
    bool needs_scale(const std::string& name, const TensorEntry& tensor) const {
        if (must_be_scaled_.contains(name)) return true;
        if (!is_eight_bit(tensor.dtype) || tensor.shape.size() != 2 || !name.ends_with(weight_)) return false;
        if (name.ends_with("embedding.weight") || name.ends_with("shared.weight")) return false;
        return std::any_of(scaled_below_.begin(), scaled_below_.end(),
                           [&](const std::string& prefix) { return name.starts_with(prefix); });
    }

    void check_all_scaled() const {
        if (scaled_below_.empty() && must_be_scaled_.empty()) return;
        for (const auto& [name, tensor] : tensors_)
            if (!tensor.scale && needs_scale(name, tensor))
                throw Error(
                    "%1: the tensor \"%2\" has no scale, and the file says that its numbers have one; download "
                    "it again.",
                    path_, excerpt(name, 200));
    }

    static constexpr const char* weight_ = "weight";

    TensorEntries& tensors_;
    const std::string& path_;
    std::vector<std::string> scaled_below_;
    std::set<std::string> must_be_scaled_;
};

}  // namespace

bool tells_of_scales(std::string_view name) { return scale_name_of(name) != nullptr; }

std::vector<int64_t> shape_of_scale(const TensorEntry& tensor) {
    std::vector<int64_t> shape = tensor.scale->shape;
    if (number_of(*tensor.scale)) shape.clear();
    shape.resize(tensor.shape.size(), 1);
    return shape;
}

void take_in_scales(TensorEntries& tensors, const std::string& path) { Scales(tensors, path).take_in(); }

}  // namespace fanlight
