#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QtTest>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/weights/weights.h"
#include "tests/support/places.h"

namespace fanlight {

/// A case of tests/golden/networks.py: a network's config and weights, inputs, and the reference's outputs.
class GoldenNetwork {
public:
    explicit GoldenNetwork(const std::string& name, at::ScalarType dtype = at::kFloat)
        : json_(read_json_file(folder() + "networks.json").at(name)),
          tree_(Weights::open(folder() + name + ".safetensors", {dtype})) {}

    static std::string folder() { return std::string(source_path()) + "/tests/golden/data/networks/"; }

    const Json& config() const { return json_.at("config"); }
    Weights weights() const { return tree_ / "weights"; }
    at::Tensor input(const std::string& name) const { return take("inputs", name); }
    at::Tensor output(const std::string& name) const { return take("outputs", name); }
    at::Tensor tap(const std::string& name) const { return take("taps", name); }
    std::vector<std::string> taps() const {
        std::vector<std::string> names;
        for (const auto& [name, shape] : json_.at("taps").items()) names.push_back(name);
        return names;
    }

private:
    at::Tensor take(const std::string& part, const std::string& name) const {
        return (tree_ / part).take(name, json_.at(part).at(name).get<std::vector<int64_t>>());
    }

    Json json_;
    Weights tree_;
};

/// The largest difference, relative to the largest value of the reference.
inline double relative_error(const at::Tensor& actual, const at::Tensor& expected) {
    if (actual.sizes() != expected.sizes()) return std::numeric_limits<double>::infinity();
    const at::Tensor wide = expected.to(at::kDouble);
    return ((actual.to(at::kDouble) - wide).abs().max() / wide.abs().max()).item<double>();
}

/// Fused and reordered float32 arithmetic differs from the reference's by a few units in the last place per layer.
constexpr double float32_tolerance = 2e-5;

#define COMPARE_TENSORS(actual, expected, tolerance)                                                          \
    do {                                                                                                      \
        const double error = relative_error(actual, expected);                                                \
        QVERIFY2(error <= (tolerance), qPrintable(QString("differs by %1 of the largest value").arg(error))); \
    } while (false)

/// The message of the exception that `action` throws.
template <typename Action>
QString error_of(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return "no error";
}

}  // namespace fanlight
