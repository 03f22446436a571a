#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/devices/module_tree.h"
#include "core/families/parts/rope_config.h"

/// Modules of torch, and of transformers where its models share them, as listed in a ModuleTree.
namespace fanlight::torch_modules {

/// Without parameters: an activation, a dropout.
Module plain(std::string name, std::string class_name);

/// nn.ModuleList and nn.Sequential: the children are named by their numbers.
Module list(std::string name, std::vector<Module> children);
Module sequential(std::string name, std::vector<Module> children);

/// The module of an activation, by the name that configs give it.
Module activation(std::string name, const std::string& activation);

/// "rotary_emb": the frequencies of each, which transformers keeps twice.
Module rotary_embedding(std::string class_name, const std::vector<const RopeConfig*>& ropes);

enum class Bias { No, Yes };
Module linear(std::string name, int64_t in, int64_t out, const std::string& dtype, Bias bias = Bias::Yes);

Module embedding(std::string name, int64_t count, int64_t width, const std::string& dtype);

/// With a square kernel.
Module conv(std::string name, int64_t in, int64_t out, int64_t kernel, const std::string& dtype);

/// GroupNorm or LayerNorm, with a weight and a bias of that width.
Module norm(std::string name, std::string class_name, int64_t width, const std::string& dtype);

/// The number of weights in all matrices and kernels of a module and those below it.
double weights_below(const Module& module);

}  // namespace fanlight::torch_modules
