#include "core/batch/weight_form.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

/// In the order of WeightForm.
constexpr std::array weight_form_texts = {"auto", "dequantised", "packed"};
static_assert(weight_form_texts.size() == static_cast<size_t>(WeightForm::Packed) + 1);

}  // namespace

std::string name_of(WeightForm form) { return weight_form_texts[static_cast<size_t>(form)]; }

WeightForm weight_form_named(const std::string& name) {
    const auto* const found = std::find(weight_form_texts.begin(), weight_form_texts.end(), name);
    if (found == weight_form_texts.end())
        throw Error("Weights cannot be %1 in memory; choose auto, dequantised or packed", in_quotes(name));
    return static_cast<WeightForm>(found - weight_form_texts.begin());
}

std::vector<std::string> weight_form_names() { return {weight_form_texts.begin(), weight_form_texts.end()}; }

}  // namespace fanlight
