#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/checkpoints/safetensors.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"

namespace fanlight {

inline const std::filesystem::path single_file_data = source_path("/tests/golden/data/single_file");

/// `number` / 64 as float16, for magnitudes below 1.
inline uint16_t half_of_64ths(int number) {
    if (number == 0) return 0;
    int magnitude = number < 0 ? -number : number, exponent = 9;  // 1/64
    while (magnitude < 1024) magnitude <<= 1, --exponent;
    return static_cast<uint16_t>((number < 0 ? 0x8000 : 0) | (exponent + 10) << 10 | (magnitude & 1023));
}

/// The token embeddings, which tests/golden/single_file.py leaves out of its files.
inline std::string token_embeddings(int64_t width) {
    constexpr int64_t vocabulary = 49408;
    std::vector<uint16_t> table;
    for (int64_t id = 0; id < vocabulary; ++id)
        for (int64_t column = 0; column < width; ++column)
            table.push_back(half_of_64ths(static_cast<int>((id * 31 + column * 17 + id * column) % 127 - 63)));
    return bytes_of(table);
}

/// Adds one tensor to a .safetensors file.
inline std::string with_tensor(const std::string& file, const std::string& name, const Json& shape,
                               const std::string& data, const std::string& dtype = "F16") {
    uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    Json header = Json::parse(file.substr(8, length));
    const std::string tensors = file.substr(8 + length);
    header[name] = {
        {"dtype", dtype}, {"shape", shape}, {"data_offsets", {tensors.size(), tensors.size() + data.size()}}};
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');  // as the reference implementation does, so that tensors stay aligned
    return safetensors_bytes(text, tensors + data);
}

/// The same file with this in place of its metadata.
inline std::string with_metadata(const std::string& file, const Json& metadata) {
    uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    Json header = Json::parse(file.substr(8, length));
    header["__metadata__"] = metadata;
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return safetensors_bytes(text, file.substr(8 + length));
}

/// A .safetensors file without the tensors that begin with one of these.
inline std::string without_tensors(const std::string& file, const std::vector<std::string>& beginnings) {
    uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    const Json header = Json::parse(file.substr(8, length));
    Json kept = Json::object();
    std::string data;
    for (const auto& [name, tensor] : header.items()) {
        const bool dropped = std::any_of(beginnings.begin(), beginnings.end(),
                                         [&, key = name](const std::string& each) { return key.starts_with(each); });
        if (dropped) continue;
        kept[name] = tensor;
        if (name == "__metadata__") continue;
        const size_t begin = tensor["data_offsets"][0], end = tensor["data_offsets"][1];
        kept[name]["data_offsets"] = {data.size(), data.size() + end - begin};
        data += file.substr(8 + length + begin, end - begin);
    }
    return safetensors_bytes(kept.dump(), data);
}

/// Writes the complete checkpoint "sd1", "sd2" or "sdxl" of tests/golden/single_file.py, or "sdxl_refiner" of
/// refiner.py, to `file`.
inline void write_single_file(const std::string& model, const std::filesystem::path& file) {
    struct Table {
        std::string model, key;
        int64_t width;
    };
    const Table tables[] = {
        {"sd1", "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight", 64},
        {"sd2", "cond_stage_model.model.token_embedding.weight", 64},
        {"sdxl", "conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight", 64},
        {"sdxl", "conditioner.embedders.1.model.token_embedding.weight", 128},
        {"sdxl_refiner", "conditioner.embedders.0.model.token_embedding.weight", 64}};
    std::string bytes = read_file(single_file_data / (model + ".safetensors"));
    for (const Table& table : tables)
        if (table.model == model)
            bytes = with_tensor(bytes, table.key, {49408, table.width}, token_embeddings(table.width));
    write_bytes(file, bytes);
}

}  // namespace fanlight
