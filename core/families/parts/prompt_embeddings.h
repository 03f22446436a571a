#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fanlight {

/// The embeddings that prompts may call by their names; it takes note of those that are called. To a tokenizer each of
/// their vectors is an id, counted from first_id in the order in which the embeddings are first called. One thread.
class PromptEmbeddings {
public:
    static constexpr int64_t first_id = int64_t{1} << 32;  ///< beyond any vocabulary

    /// `measure` says how many vectors an embedding has, once it is called, and may throw.
    PromptEmbeddings(std::vector<std::string> names, std::function<int64_t(const std::string& name)> measure);

    const std::vector<std::string>& names() const { return names_; }

    struct Ids {
        int64_t first = 0, count = 0;
    };
    /// Of the vectors of the one with this place among the names().
    Ids call(size_t index);

    /// In the order of their ids.
    const std::vector<std::string>& called() const { return called_; }

    /// Those that have been called since this was last asked.
    std::vector<std::string> take_recent() { return std::exchange(recent_, {}); }

private:
    std::vector<std::string> names_;
    std::function<int64_t(const std::string& name)> measure_;
    std::vector<std::optional<Ids>> ids_;  ///< by the place of the name
    std::vector<std::string> called_, recent_;
    int64_t next_id_ = first_id;
};

}  // namespace fanlight
