#pragma once

#include <string>
#include <vector>

namespace fanlight {

/// How a run has weights in memory that their files hold packed, in GGUF's blocks or as numbers of 8 bits: dequantised
/// when they are loaded; packed as in the file, each layer being dequantised whenever it is used; or packed only where
/// dequantised ones would not fit. It changes no pixel.
enum class WeightForm { Auto, Dequantised, Packed };

/// "auto", "dequantised", "packed".
std::string name_of(WeightForm form);
/// Throws Error for any other name.
WeightForm weight_form_named(const std::string& name);
/// All names, in the order of the enum.
std::vector<std::string> weight_form_names();

}  // namespace fanlight
