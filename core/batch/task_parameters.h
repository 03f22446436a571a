#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <type_traits>

#include "core/base/json.h"

// What the kinds of task that read texts have in common. `each(task, visit)` calls visit(name, member) for each of a
// kind's parameters, with its name in JSON.
namespace fanlight {

/// A guess at a text's tokens without the model's tokenizer, on the safe side for most scripts.
inline int guessed_tokens(size_t bytes) {
    constexpr size_t most = 1 << 28, bytes_per_token = 3;
    return static_cast<int>(std::min(bytes, most) / bytes_per_token) + 1;
}

template <typename T>
void set_if_given(T& value, const std::optional<T>& given) {
    if (given) value = *given;
}

/// Adds those that do not have their default value.
template <typename Task, typename Each>
void write_parameters(const Task& task, const Each& each, nlohmann::json& parameters) {
    nlohmann::json defaults, own;
    each(Task(), [&](const char* name, const auto& value) { defaults[name] = value; });
    each(task, [&](const char* name, const auto& value) { own[name] = value; });
    for (const auto& [name, value] : own.items())
        if (value != defaults[name]) parameters[name] = value;
}

/// Throws Error naming the first that is of another type.
template <typename Task, typename Each>
void read_parameters(const nlohmann::json& parameters, const Each& each, Task& task) {
    each(task, [&](const char* name, auto& value) {
        if (parameters.contains(name)) value = member<std::remove_cvref_t<decltype(value)>>(parameters, name);
    });
    if (!task.columns.empty() && !parse_json(task.columns, "columns").is_object())
        throw Error("columns: must hold a JSON object");
}

}  // namespace fanlight
