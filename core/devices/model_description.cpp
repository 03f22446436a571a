#include "core/devices/model_description.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr int64_t most_bytes = int64_t{1} << 50, most_pixels = 1'000'000;
constexpr size_t most_modules = 100'000, most_layers = 10'000, longest_name = 300;

Json json_of(const Module& module) {
    Json parameters = Json::array(), children = Json::array();
    for (const TensorSpec& parameter : module.parameters)
        parameters.push_back({parameter.name, parameter.shape, parameter.dtype});
    for (const Module& child : module.children) children.push_back({child.name, json_of(child)});
    return {module.class_name, parameters, children};
}

Json json_of(const PartDescription& part) {
    return {{"bytes", part.bytes}, {"flops", part.flops}, {"working_bytes", part.working_bytes}};
}

/// Reads what another process wrote; every refusal names the file or program and the field.
class Reader {
public:
    explicit Reader(const std::string& where) : where_(where) {}

    ModelDescription description(const Json& json) {
        ModelDescription model;
        model.shape = shape(required<Json>(json, "shape", where_));
        model.network = {.root = module(required<Json>(json, "modules", where_)),
                         .no_split_modules = required<std::vector<std::string>>(json, "no_split_modules", where_)};
        for (const Json& layer_json : list(json, "layers", most_layers)) model.layers.push_back(layer(layer_json));
        if (model.layers.empty()) refuse("layers");
        model.text_encoder = part(required<Json>(json, "text_encoder", where_));
        model.decoder = part(required<Json>(json, "decoder", where_));
        return model;
    }

private:
    [[noreturn]] void refuse(const std::string& field) const { throw Error(where_ + ": \"" + field + "\" cannot be"); }

    Json list(const Json& json, const char* key, size_t most) const {
        Json value = required<Json>(json, key, where_);
        if (!value.is_array() || value.size() > most) refuse(key);
        return value;
    }

    int64_t integer(const Json& json, const char* key, int64_t least, int64_t most) const {
        const auto value = required<Json>(json, key, where_);
        if (!value.is_number_integer() || value.get<int64_t>() < least || value.get<int64_t>() > most) refuse(key);
        return value.get<int64_t>();
    }

    int64_t bytes(const Json& json, const char* key) const { return integer(json, key, 0, most_bytes); }

    double flops(const Json& json) const {
        const auto value = required<double>(json, "flops", where_);
        if (!(value >= 0) || !std::isfinite(value)) refuse("flops");
        return value;
    }

    std::string name(const Json& json, const char* field) const {
        const std::string text = json.is_string() ? json.get<std::string>() : "";
        if (text.empty() || text.size() > longest_name) refuse(field);
        return text;
    }

    DescribedShape shape(const Json& json) const {
        const DescribedShape shape{.dtype = required<std::string>(json, "dtype", where_),
                                   .width = static_cast<int>(integer(json, "width", 1, most_pixels)),
                                   .height = static_cast<int>(integer(json, "height", 1, most_pixels)),
                                   .batch_size = static_cast<int>(integer(json, "batch_size", 1, most_pixels)),
                                   .guided = required<bool>(json, "guided", where_)};
        dtype_byte_size(shape.dtype);
        return shape;
    }

    LayerDescription layer(const Json& json) const {
        return {.name = name(required<Json>(json, "name", where_), "name"),
                .bytes = bytes(json, "bytes"),
                .flops = flops(json),
                .state_bytes = bytes(json, "state_bytes"),
                .working_bytes = bytes(json, "working_bytes")};
    }

    PartDescription part(const Json& json) const {
        return {.bytes = bytes(json, "bytes"), .flops = flops(json), .working_bytes = bytes(json, "working_bytes")};
    }

    TensorSpec tensor(const Json& json) const {
        if (!json.is_array() || json.size() != 3 || !json[1].is_array() || json[1].size() > 8) refuse("modules");
        TensorSpec spec{.name = name(json[0], "modules"), .dtype = name(json[2], "modules")};
        dtype_byte_size(spec.dtype);
        double elements = 1;
        for (const Json& size : json[1]) {
            if (!size.is_number_integer() || size.get<int64_t>() < 0 || (elements *= size.get<double>()) > 1e15)
                refuse("modules");
            spec.shape.push_back(size.get<int64_t>());
        }
        return spec;
    }

    Module module(const Json& json) {
        if (++modules_ > most_modules || !json.is_array() || json.size() != 3 || !json[1].is_array() ||
            !json[2].is_array())
            refuse("modules");
        Module module{.class_name = name(json[0], "modules")};
        for (const Json& parameter : json[1]) module.parameters.push_back(tensor(parameter));
        for (const Json& child : json[2]) {
            if (!child.is_array() || child.size() != 2) refuse("modules");
            module.children.push_back(this->module(child[1]));
            module.children.back().name = name(child[0], "modules");
        }
        return module;
    }

    const std::string& where_;
    size_t modules_ = 0;
};

}  // namespace

int64_t ModelDescription::network_bytes() const {
    int64_t bytes = 0;
    for (const LayerDescription& layer : layers) bytes += layer.bytes;
    return bytes;
}

int64_t ModelDescription::working_bytes() const {
    int64_t bytes = decoder.working_bytes;
    for (const LayerDescription& layer : layers) bytes = std::max(bytes, layer.working_bytes);
    return bytes;
}

Json to_json(const ModelDescription& model) {
    Json layers = Json::array();
    for (const LayerDescription& layer : model.layers)
        layers.push_back({{"name", layer.name},
                          {"bytes", layer.bytes},
                          {"flops", layer.flops},
                          {"state_bytes", layer.state_bytes},
                          {"working_bytes", layer.working_bytes}});
    return {{"shape",
             {{"dtype", model.shape.dtype},
              {"width", model.shape.width},
              {"height", model.shape.height},
              {"batch_size", model.shape.batch_size},
              {"guided", model.shape.guided}}},
            {"modules", json_of(model.network.root)},
            {"no_split_modules", model.network.no_split_modules},
            {"layers", layers},
            {"text_encoder", json_of(model.text_encoder)},
            {"decoder", json_of(model.decoder)}};
}

ModelDescription description_from_json(const Json& json, const std::string& where) {
    return Reader(where).description(json);
}

}  // namespace fanlight
