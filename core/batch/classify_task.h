#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/base/place.h"
#include "core/batch/prompt_row.h"
#include "core/batch/task.h"

namespace fanlight {

/// A text to be given a label by a classifier, or whose masks a masked language model fills: everything that determines
/// the result except the recipe. task.h documents the other members.
struct ClassifyTask {
    std::string prompt;
    std::string text_pair;  ///< a second text, of which the model says how it relates to the first; "": there is none
    uint64_t seed = 0;      ///< without effect: nothing is drawn
    int top_k = 0;          ///< the result lists so many of the most probable labels; 0: all
    std::string truncate;   ///< the side that a text longer than the context loses: "left", "right"; "": none
    bool special_tokens = true;  ///< special tokens written in the texts are read as such
    std::string columns;         ///< a JSON object with the list's own columns, for the result; "": there are none

    bool operator==(const ClassifyTask&) const = default;

    static constexpr const char* kind = "classify";
    static constexpr const char* suffix = "";
    static constexpr bool padded = false;
    static constexpr bool ends_alone = false;
    double work() const { return shape().tokens; }
    double size() const { return shape().tokens; }
    int evaluations() const { return 1; }
    /// Rows do not affect each other.
    std::weak_ordering batch_order(const ClassifyTask&) const { return std::weak_ordering::equivalent; }
    size_t text_bytes() const { return prompt.size() + text_pair.size() + columns.size(); }
    TaskShape shape() const;
    std::string summary() const;
    ClassifyTask with(const Overrides& values) const;
    void check(const Place& where) const;
    void share_texts(const ClassifyTask&) {}
    void write(nlohmann::json& parameters) const;
    static ClassifyTask read(const nlohmann::json& parameters);
};

}  // namespace fanlight
