#include "core/prompts/list_mistakes.h"

#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr size_t max_told = 20;
constexpr int64_t max_counted = 50'000;  ///< then the rest of the list is not read, which is said

/// Removes what `text` begins with and the digits behind it; false if it does not begin like this.
bool take_numbered(std::string_view& text, std::string_view words) {
    if (!text.starts_with(words)) return false;
    const size_t end = text.find_first_not_of("0123456789", words.size());
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    return true;
}

std::string lines_text(const std::vector<Sentence>& lines) {
    std::vector<std::string> texts;
    for (const Sentence& line : lines) texts.push_back(printable_sentence(line.text()));
    return join(texts, "\n");
}

}  // namespace

ListError::ListError(std::vector<Sentence> lines)
    : UsageError(Sentence(lines_text(lines))), lines_(std::move(lines)), text_(lines_text(lines_)) {}

size_t ListMistakes::reason_in(const std::string& sentence) const {
    std::string_view rest = sentence;
    if (!rest.starts_with(name_)) return 0;
    rest.remove_prefix(name_.size());
    if (!take_numbered(rest, ", line ")) return 0;
    take_numbered(rest, ", column ");
    return sentence.size() - rest.size();
}

void ListMistakes::add(const Sentence& sentence) {
    ++count_;
    const std::string reason = sentence.text().substr(reason_in(sentence.text()));
    if (const auto known = known_.find(reason); known != known_.end()) {
        ++told_[known->second].repeated;
    } else if (told_.size() == max_told) {
        ++untold_;
    } else {
        known_.emplace(reason, told_.size());
        told_.push_back({sentence});
    }
    if (count_ >= max_counted) raise();
}

void ListMistakes::raise() const {
    if (count_ == 0) return;
    std::vector<Sentence> lines;
    for (const auto& [sentence, repeated] : told_)
        lines.push_back(repeated == 0 ? sentence
                                      : Sentence("%1 The same in %2.", sentence,
                                                 counted(repeated, "%n more place", "%n more places")));
    if (untold_ > 0) lines.push_back(Sentence("And %1 more.", untold_));
    if (count_ >= max_counted) lines.push_back("The rest of the list was not read.");
    throw ListError(std::move(lines));
}

}  // namespace fanlight
