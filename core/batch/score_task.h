#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/base/place.h"
#include "core/batch/prompt_row.h"
#include "core/batch/task.h"

namespace fanlight {

/// A text whose log-likelihood a language model is to say, or a prompt to be given the label that most likely continues
/// it: everything that determines the result except the recipe. task.h documents the other members.
struct ScoreTask {
    std::string prompt;
    uint64_t seed = 0;                ///< without effect: nothing is drawn
    std::vector<std::string> labels;  ///< each continues the prompt after a blank; empty: the prompt itself is scored
    std::string truncate;        ///< the side that a prompt longer than the context loses: "left", "right"; "": none
    bool special_tokens = true;  ///< special tokens written in the texts are read as such
    std::string columns;         ///< a JSON object with the list's own columns, for the result; "": there are none

    bool operator==(const ScoreTask&) const = default;

    static constexpr const char* kind = "score";
    static constexpr const char* suffix = "";
    static constexpr bool padded = false;
    static constexpr bool ends_alone = false;
    double work() const { return shape().tokens; }
    double size() const { return shape().tokens; }
    /// As many as if its tokens were read one by one: that is how the costs of language models are counted.
    int evaluations() const { return shape().tokens; }
    /// Rows do not affect each other.
    std::weak_ordering batch_order(const ScoreTask&) const { return std::weak_ordering::equivalent; }
    size_t text_bytes() const;
    TaskShape shape() const;
    std::string summary() const;
    ScoreTask with(const Overrides& values) const;
    void check(const Place& where) const;
    void share_texts(const ScoreTask&) {}
    void write(nlohmann::json& parameters) const;
    static ScoreTask read(const nlohmann::json& parameters);
};

}  // namespace fanlight
