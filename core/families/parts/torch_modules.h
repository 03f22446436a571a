#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/devices/module_tree.h"

/// torch's own modules as a ModuleTree lists them.
namespace fanlight::torch_modules {

/// Without parameters: an activation, a dropout.
Module plain(std::string name, std::string class_name);

/// nn.ModuleList or nn.Sequential: the children are named by their numbers.
Module list(std::string name, std::vector<Module> children);

enum class Bias { No, Yes };
Module linear(std::string name, int64_t in, int64_t out, const std::string& dtype, Bias bias = Bias::Yes);

/// A square kernel.
Module conv(std::string name, int64_t in, int64_t out, int64_t kernel, const std::string& dtype);

/// GroupNorm, LayerNorm: a weight and a bias of that width.
Module norm(std::string name, std::string class_name, int64_t width, const std::string& dtype);

/// The weights of all matrices and kernels at and below a module.
double weights_below(const Module& module);

}  // namespace fanlight::torch_modules
