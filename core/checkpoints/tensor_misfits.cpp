#include "core/checkpoints/tensor_misfits.h"

#include <cctype>
#include <map>

#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr size_t most_groups = 40;

/// "blocks.0.attentions.12.weight" -> "blocks.*.attentions.*.weight". Files may hold anything in place of a name.
std::string without_numbers(const std::string& key) {
    std::string text;
    for (const char c : excerpt(key, 200)) {
        const bool is_digit = std::isdigit(static_cast<unsigned char>(c));
        const bool begins_name = text.empty() || text.back() == '.' || text.back() == '*';
        if (is_digit && begins_name) {
            if (text.empty() || text.back() != '*') text += '*';
        } else {
            text += c;
        }
    }
    return text;
}

/// Those with equal texts together, with the first one's key if it is alone.
class Groups {
public:
    void add(const std::string& key, const std::string& more = "") {
        Group& group = groups_[without_numbers(key) + more];
        if (group.count++ == 0) group.first = excerpt(key, 200) + more;
    }

    Sentence text() const {
        std::vector<std::string> names;
        for (const auto& [pattern, group] : groups_)
            names.push_back(group.count == 1 ? group.first : pattern + " (" + std::to_string(group.count) + ")");
        return listed(names, most_groups);
    }

private:
    struct Group {
        size_t count = 0;
        std::string first;
    };
    std::map<std::string, Group> groups_;
};

Groups groups_of(const std::vector<std::string>& keys) {
    Groups groups;
    for (const std::string& key : keys) groups.add(key);
    return groups;
}

Groups groups_of(const std::vector<TensorMisfits::Misshapen>& tensors) {
    Groups groups;
    for (const auto& [key, found, needed] : tensors)
        groups.add(key, ": " + shape_text(found) + " instead of " + shape_text(needed));
    return groups;
}

Sentence joined(const Sentence& first, const Sentence& second) {
    return first.empty() ? second : Sentence("%1; %2", first, second);
}

}  // namespace

std::string shape_text(const std::vector<int64_t>& shape) {
    std::vector<std::string> sizes;
    for (const int64_t size : shape) sizes.push_back(std::to_string(size));
    return "[" + join(sizes, ", ") + "]";
}

Sentence grouped(const std::vector<std::string>& keys) { return groups_of(keys).text(); }

Sentence sentence_of(const TensorMisfits& misfits, const std::string& place) {
    Sentence all;
    if (!misfits.missing.empty()) all = Sentence("it lacks the tensors %1", grouped(misfits.missing));
    if (!misfits.misshapen.empty())
        all = joined(all, Sentence("these have another shape: %1", groups_of(misfits.misshapen).text()));
    if (!misfits.surplus.empty()) all = joined(all, Sentence("it also holds the tensors %1", grouped(misfits.surplus)));
    if (place.ends_with(".safetensors")) return Sentence("%1 holds no network of which all parts fit: %2.", place, all);
    return Sentence("%1 and its config.json belong to different models: %2.", place, all);
}

}  // namespace fanlight
