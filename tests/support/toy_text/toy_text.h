#pragma once

#include <string>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/batch/task.h"

namespace fanlight {

/// A kind of task for tests: as many words as there are steps. Its result is a record, and its micro-batches are not
/// padded.
struct ToyText {
    std::string prompt;
    uint64_t seed = 0;
    int words = 1;

    bool operator==(const ToyText&) const = default;

    static constexpr const char* kind = "toy_text";
    static constexpr const char* suffix = "";
    static constexpr bool padded = false;
    static constexpr bool ends_alone = false;
    double work() const { return words; }
    double size() const { return words; }
    int evaluations() const { return words; }
    std::weak_ordering batch_order(const ToyText&) const { return std::weak_ordering::equivalent; }
    TaskShape shape() const { return {.tokens = words}; }
    std::string summary() const { return std::to_string(words) + " words"; }
    size_t text_bytes() const { return prompt.size(); }
    ToyText with(const Overrides& values) const { return {prompt, seed, values.steps.value_or(words)}; }
    void check(const Place& where) const {
        if (words > 500) throw UsageError("%1: a toy says at most 500 words.", where);
    }
    void share_texts(const ToyText&) {}
    void write(nlohmann::json& parameters) const {
        parameters = {{"prompt", prompt}, {"seed", seed}, {"words", words}};
    }
    static ToyText read(const nlohmann::json& parameters) {
        return {parameters.at("prompt"), parameters.at("seed"), parameters.at("words")};
    }
};

/// Adds it to this program's kinds of task, if it is not there yet.
inline void add_toy_text() {
    static const bool added = (add_task_kind(task_kind<ToyText>()), true);
    (void)added;
}

}  // namespace fanlight
