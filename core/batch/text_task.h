#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/base/place.h"
#include "core/base/shared_text.h"
#include "core/batch/prompt_row.h"
#include "core/batch/task.h"

namespace fanlight {

/// A text to generate with a language model: everything that determines it except the recipe. The parameters are those
/// of transformers' GenerationConfig of the same names; task.h documents the other members.
struct TextTask {
    std::string prompt;
    SharedText prompt_template;  ///< see input(); "": the prompt is taken as it is
    uint64_t seed = 0;           ///< of the item's own generator; greedy texts do not depend on it
    int max_new_tokens = 256;
    int min_new_tokens = 0;
    bool do_sample = false;  ///< false: always the most likely token
    double temperature = 1;
    int top_k = 0;  ///< 0: all
    double top_p = 1;
    double min_p = 0;
    double repetition_penalty = 1;
    int no_repeat_ngram_size = 0;   ///< 0: ngrams may be repeated
    std::vector<std::string> stop;  ///< the text ends before the first of them
    std::string truncate;           ///< the side that a prompt longer than the context loses: "left", "right"; "": none
    bool special_tokens = true;     ///< special tokens written in the prompt are read as such
    std::string columns;            ///< a JSON object with the list's own columns, for the result; "": there are none

    bool operator==(const TextTask&) const = default;

    /// What the model is to read: the template with the prompt and the list's own columns put in. Throws UsageError
    /// naming the column that is missing.
    std::string input() const;

    static constexpr const char* kind = "text";
    static constexpr const char* suffix = "";
    static constexpr bool padded = true;
    static constexpr bool ends_alone = true;
    double work() const;
    double size() const { return shape().tokens; }
    int evaluations() const { return max_new_tokens; }
    /// Rows do not affect each other.
    std::weak_ordering batch_order(const TextTask&) const { return std::weak_ordering::equivalent; }
    size_t text_bytes() const { return prompt.size() + prompt_template.size() + columns.size(); }
    TaskShape shape() const;
    std::string summary() const;
    TextTask with(const Overrides& values) const;
    void check(const Place& where) const;
    void share_texts(const TextTask& other);
    void check_record(const ResultRecord& record) const;
    void write(nlohmann::json& parameters) const;
    static TextTask read(const nlohmann::json& parameters);
};

}  // namespace fanlight
