#include "core/prompts/list_mistakes.h"

#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr size_t max_told = 20;

/// Removes what `text` begins with and the digits behind it; false if it does not begin like this.
bool take_numbered(std::string_view& text, std::string_view words) {
    if (!text.starts_with(words)) return false;
    const size_t end = text.find_first_not_of("0123456789", words.size());
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    return true;
}

}  // namespace

size_t ListMistakes::reason_in(const std::string& sentence) const {
    std::string_view rest = sentence;
    if (!rest.starts_with(name_)) return 0;
    rest.remove_prefix(name_.size());
    if (!take_numbered(rest, ", line ")) return 0;
    take_numbered(rest, ", column ");
    return sentence.size() - rest.size();
}

void ListMistakes::add(const std::string& sentence) {
    ++count_;
    const std::string reason = sentence.substr(reason_in(sentence));
    if (const auto known = known_.find(reason); known != known_.end()) {
        ++told_[known->second].repeated;
    } else if (told_.size() == max_told) {
        ++untold_;
    } else {
        known_.emplace(reason, told_.size());
        told_.push_back({printable_sentence(sentence)});
    }
}

void ListMistakes::raise() const {
    if (count_ == 0) return;
    std::string text;
    for (const auto& [sentence, repeated] : told_) {
        text += (text.empty() ? "" : "\n") + sentence;
        if (repeated > 0)
            text += " The same in " + std::to_string(repeated) + (repeated == 1 ? " more place." : " more places.");
    }
    if (untold_ > 0) text += "\nAnd " + std::to_string(untold_) + " more.";
    throw ListError(text);
}

}  // namespace fanlight
