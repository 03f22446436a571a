#include "core/families/parts/torch_modules.h"

#include <map>

namespace fanlight::torch_modules {

Module plain(std::string name, std::string class_name) {
    return {.name = std::move(name), .class_name = std::move(class_name)};
}

Module activation(std::string name, const std::string& activation) {
    static const std::map<std::string, std::string> classes = {{"silu", "SiLUActivation"},
                                                               {"gelu", "GELUActivation"},
                                                               {"gelu_new", "NewGELUActivation"},
                                                               {"gelu_pytorch_tanh", "GELUTanh"},
                                                               {"relu", "ReLU"}};
    const auto found = classes.find(activation);
    return plain(std::move(name), found == classes.end() ? activation : found->second);
}

Module rotary_embedding(std::string class_name, const std::vector<const RopeConfig*>& ropes) {
    Module module = plain("rotary_emb", std::move(class_name));
    for (const RopeConfig* rope : ropes)
        for (const char* name : {"inv_freq", "original_inv_freq"}) {
            const std::string prefix = rope->layers.empty() ? "" : rope->layers + "_";
            module.buffers.push_back({prefix + name, {rope->dim / 2}, "float32", false});
        }
    return module;
}

Module list(std::string name, std::vector<Module> children) {
    for (size_t i = 0; i < children.size(); ++i) children[i].name = std::to_string(i);
    return {.name = std::move(name), .class_name = "ModuleList", .children = std::move(children)};
}

Module sequential(std::string name, std::vector<Module> children) {
    Module made = list(std::move(name), std::move(children));
    made.class_name = "Sequential";
    return made;
}

Module linear(std::string name, int64_t in, int64_t out, const std::string& dtype, Bias bias) {
    Module module = plain(std::move(name), "Linear");
    module.parameters.push_back({"weight", {out, in}, dtype});
    if (bias == Bias::Yes) module.parameters.push_back({"bias", {out}, dtype});
    return module;
}

Module embedding(std::string name, int64_t count, int64_t width, const std::string& dtype) {
    return {.name = std::move(name), .class_name = "Embedding", .parameters = {{"weight", {count, width}, dtype}}};
}

Module conv(std::string name, int64_t in, int64_t out, int64_t kernel, const std::string& dtype) {
    return {.name = std::move(name),
            .class_name = "Conv2d",
            .parameters = {{"weight", {out, in, kernel, kernel}, dtype}, {"bias", {out}, dtype}}};
}

Module norm(std::string name, std::string class_name, int64_t width, const std::string& dtype) {
    return {.name = std::move(name),
            .class_name = std::move(class_name),
            .parameters = {{"weight", {width}, dtype}, {"bias", {width}, dtype}}};
}

double weights_below(const Module& module) {
    double sum = 0;
    for (const TensorSpec& parameter : module.parameters) {
        if (parameter.shape.size() < 2) continue;
        double elements = 1;
        for (const int64_t size : parameter.shape) elements *= static_cast<double>(size);
        sum += elements;
    }
    for (const Module& child : module.children) sum += weights_below(child);
    return sum;
}

}  // namespace fanlight::torch_modules
