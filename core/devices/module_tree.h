#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fanlight {

/// A parameter or buffer without its values.
struct TensorSpec {
    std::string name;            ///< in its module: "weight"
    std::vector<int64_t> shape;  ///< empty: a scalar
    std::string dtype;           ///< torch's name: "float16"
    bool persistent = true;      ///< for a buffer: whether it is part of the checkpoint
    int64_t packed_bytes = 0;    ///< of a parameter that stays packed, in place of what shape and dtype take; 0: none
};

/// A network as torch's nn.Module registers it, without weights, in order of registration.
struct Module {
    std::string name;  ///< in its parent: "mid_block"; empty for the root
    std::string class_name;
    std::vector<TensorSpec> parameters;
    std::vector<TensorSpec> buffers;
    std::vector<Module> children;
};

struct ModuleTree {
    Module root;
    /// Tied parameters: the full name that is registered first, then another name of the same tensor.
    std::vector<std::pair<std::string, std::string>> ties;
    std::vector<std::string> no_split_modules;  ///< classes that the model declares indivisible (_no_split_modules)
};

/// Bytes. Fractional only because a bool counts as an eighth; exact up to 2^50.
using Bytes = double;

/// Name -> bytes, in order of insertion. An unknown name has 0 bytes.
class SizeMap {
public:
    void add(const std::string& name, Bytes bytes);
    Bytes of(const std::string& name) const;
    const std::vector<std::pair<std::string, Bytes>>& entries() const { return entries_; }

private:
    std::vector<std::pair<std::string, Bytes>> entries_;
    std::unordered_map<std::string, size_t> index_;
};

/// The precision in which weights would be loaded: floats become `dtype` if that is smaller (empty: unchanged),
/// integers and bools are kept; `special_dtypes` overrides this for the parameters that it names.
struct LoadDtype {
    std::string dtype;
    std::unordered_map<std::string, std::string> special_dtypes;
};

/// Bytes per element; throws UsageError naming an unknown dtype.
Bytes dtype_byte_size(const std::string& dtype);

/// Accelerate's compute_module_sizes: bytes of every parameter and buffer and of all its ancestors up to the root "". A
/// tied tensor counts once, under the name that is registered first.
SizeMap compute_module_sizes(const ModuleTree& tree, const LoadDtype& load = {});

/// Bytes of all buffers at and below `module`.
Bytes buffer_size(const Module& module, const std::string& dtype);

/// Direct parameters of `module`, whose full name is `name`; a tensor with two names is listed once.
std::vector<const TensorSpec*> direct_parameters(const ModuleTree& tree, const Module& module, const std::string& name);

/// The module with this full name, or nullptr.
const Module* find_module(const ModuleTree& tree, const std::string& name);

/// Full names of all parameters and persistent buffers: what a checkpoint holds.
std::vector<std::string> checkpoint_names(const ModuleTree& tree);

/// Accelerate's find_tied_parameters: groups of names that share a tensor, each sorted.
std::vector<std::vector<std::string>> find_tied_parameters(const ModuleTree& tree);

/// "a" and "b" -> "a.b"; the root's name is empty.
std::string child_name(const std::string& parent, const std::string& name);

}  // namespace fanlight
