#include "core/batch/prompt_notes.h"

#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_syntax.h"

namespace fanlight {

namespace {

/// Rows that something is to be said about; items come row by row.
class Rows {
public:
    void add(const Item& item, const std::string& example = {}) {
        if (count_ > 0 && item.row == last_) return;
        if (count_ == 0) first_ = item.row, example_ = example;
        last_ = item.row;
        ++count_;
    }

    bool any() const { return count_ > 0; }
    const std::string& example() const { return example_; }
    std::string place() const { return "row " + std::to_string(first_ + 1); }
    std::string counted(const char* one, const char* several) const {
        return count_ == 1 ? std::string("A prompt ") + one : std::to_string(count_) + " prompts " + several;
    }
    bool are_several() const { return count_ > 1; }

private:
    int64_t count_ = 0, first_ = 0, last_ = 0;
    std::string example_;
};

std::string first_tag(const ImageTask& image) {
    if (image.emphasis == Emphasis::Literal) return {};
    for (const std::string* prompt : {&image.prompt, &image.negative_prompt.str()})
        if (const auto tags = network_tags(*prompt); !tags.empty()) return tags.front();
    return {};
}

}  // namespace

std::vector<std::string> prompt_notes(const std::vector<Item>& items) {
    Rows cut, tagged;
    for (const Item& item : items) {
        if (!item.task.is<ImageTask>()) continue;
        const ImageTask& image = image_of(item);
        if (image.prompt_layout().cut_tokens > 0) cut.add(item);
        if (const std::string tag = first_tag(image); !tag.empty()) tagged.add(item, tag);
    }
    std::vector<std::string> notes;
    if (cut.any())
        notes.push_back(cut.counted("is", "are") + " longer than the text encoder reads at a time, " +
                        (cut.are_several() ? "the first in " : "in ") + cut.place() +
                        ": the end has no effect; without --literal all of a prompt is read");
    if (tagged.any())
        notes.push_back(tagged.counted("names a network", "name networks") + ", such as " +
                        in_quotes(tagged.example()) + " in " + tagged.place() +
                        ", which has no effect yet; use --lora");
    return notes;
}

}  // namespace fanlight
