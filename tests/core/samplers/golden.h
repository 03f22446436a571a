#pragma once

#include <ATen/ATen.h>

#include <QByteArray>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "tests/support/places.h"

namespace fanlight {

/// A file of tests/golden/samplers.py.
inline Json golden(const std::string& name) {
    return read_json_file(std::string(source_path()) + "/tests/golden/data/samplers/" + name);
}

/// Its packed float32 numbers.
inline std::vector<float> unpacked(const Json& text) {
    const QByteArray bytes = QByteArray::fromBase64(QByteArray::fromStdString(text.get<std::string>()));
    std::vector<float> values(static_cast<size_t>(bytes.size()) / sizeof(float));
    std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(float));
    return values;
}

inline at::Tensor unpacked(const Json& text, at::IntArrayRef shape) { return at::tensor(unpacked(text)).view(shape); }

}  // namespace fanlight
