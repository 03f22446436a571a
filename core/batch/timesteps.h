#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// The training steps at which a network is evaluated, one for each step of an image, descending: 999, 749, 499, 249.
using Timesteps = std::vector<int>;

constexpr int max_timestep = 99'999;
constexpr size_t max_timesteps = 1000;

/// "999,749,499,249"
std::string text_of_timesteps(const Timesteps& timesteps);

/// With commas, semicolons or blanks between them, and in brackets or not; nullopt: anything else, or timesteps that do
/// not descend.
std::optional<Timesteps> timesteps_in(std::string_view text);

}  // namespace fanlight
