#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fanlight {

/// A parameter or buffer, known by shape alone.
struct TensorSpec {
    std::string name;            ///< within its module: "weight"
    std::vector<int64_t> shape;  ///< empty: a scalar
    std::string dtype;           ///< torch's name: "float16"
    bool persistent = true;      ///< of a buffer: part of the checkpoint
};

/// A network as torch's nn.Module registers it, without a single weight; order is that of registration.
struct Module {
    std::string name;  ///< within its parent: "mid_block"; the root has none
    std::string class_name;
    std::vector<TensorSpec> parameters;
    std::vector<TensorSpec> buffers;
    std::vector<Module> children;
};

struct ModuleTree {
    Module root;
    /// Parameters that are one tensor: the full name that is registered first, then another name of it.
    std::vector<std::pair<std::string, std::string>> ties;
    std::vector<std::string> no_split_modules;  ///< classes that the model itself wants whole (_no_split_modules)
};

/// Bytes. A fraction only where a bool counts an eighth; exact up to 2^50.
using Bytes = double;

/// Name -> bytes, in order of insertion. A name that is not there has 0 bytes.
class SizeMap {
public:
    void add(const std::string& name, Bytes bytes);
    Bytes of(const std::string& name) const;
    const std::vector<std::pair<std::string, Bytes>>& entries() const { return entries_; }

private:
    std::vector<std::pair<std::string, Bytes>> entries_;
    std::unordered_map<std::string, size_t> index_;
};

/// In what precision weights would be loaded: floats become `dtype` where that is smaller (empty: as they are),
/// integers and bools stay; `special_dtypes` decides for the parameters that it names.
struct LoadDtype {
    std::string dtype;
    std::unordered_map<std::string, std::string> special_dtypes;
};

/// Bytes of an element; throws UsageError naming a dtype that is not known.
Bytes dtype_byte_size(const std::string& dtype);

/// Accelerate's compute_module_sizes: bytes of every parameter and buffer and of everything above it up to the root "".
/// A tied tensor counts once, under the name that is registered first.
SizeMap compute_module_sizes(const ModuleTree& tree, const LoadDtype& load = {});

/// Bytes of all buffers at and below `module`.
Bytes buffer_size(const Module& module, const std::string& dtype);

/// Direct parameters of `module`, whose full name is `name`: a tensor that it holds under two names once.
std::vector<const TensorSpec*> direct_parameters(const ModuleTree& tree, const Module& module, const std::string& name);

/// The module of this full name or nullptr.
const Module* find_module(const ModuleTree& tree, const std::string& name);

/// Full names of all parameters and persistent buffers: what a checkpoint holds.
std::vector<std::string> checkpoint_names(const ModuleTree& tree);

/// Accelerate's find_tied_parameters: each group of names that share a tensor, sorted within.
std::vector<std::vector<std::string>> find_tied_parameters(const ModuleTree& tree);

/// "a" and "b" -> "a.b"; the root's name is empty.
std::string child_name(const std::string& parent, const std::string& name);

}  // namespace fanlight
