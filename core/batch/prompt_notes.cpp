#include "core/batch/prompt_notes.h"

#include "core/base/text.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_syntax.h"

namespace fanlight {

namespace {

/// Items come row by row.
class Rows {
public:
    explicit Rows(PromptNote::Kind kind) : note_{.kind = kind, .rows = 0, .first_row = 0} {}

    void add(const Item& item, const std::string& example = {}) {
        if (note_.rows > 0 && item.row == last_) return;
        if (note_.rows == 0) {
            note_.first_row = item.row;
            note_.example = example;
            if (item.task.is<ImageTask>()) note_.layout = image_of(item).prompt_layout();
        }
        last_ = item.row;
        ++note_.rows;
    }

    void report(std::vector<PromptNote>& notes) const {
        if (note_.rows > 0) notes.push_back(note_);
    }

private:
    PromptNote note_;
    int64_t last_ = 0;
};

std::string first_tag(const ImageTask& image) {
    if (image.emphasis == Emphasis::Literal) return {};
    for (const std::string_view prompt : image.prompts())
        if (const auto tags = network_tags(prompt); !tags.empty()) return tags.front();
    return {};
}

}  // namespace

std::vector<PromptNote> prompt_notes(const std::vector<Item>& items) {
    Rows cut(PromptNote::Kind::Cut), tagged(PromptNote::Kind::Network);
    for (const Item& item : items) {
        if (!item.task.is<ImageTask>()) continue;
        const ImageTask& image = image_of(item);
        if (image.prompt_layout().cut_tokens > 0) cut.add(item);
        if (const std::string tag = first_tag(image); !tag.empty()) tagged.add(item, tag);
    }
    std::vector<PromptNote> notes;
    cut.report(notes);
    tagged.report(notes);
    return notes;
}

Sentence text_of(const PromptNote& note) {
    const int64_t row = note.first_row + 1;
    if (note.kind == PromptNote::Kind::Cut && note.layout.read_tokens > 0) {
        const int read = note.layout.read_tokens, all = read + note.layout.cut_tokens;
        return note.rows == 1
                   ? Sentence(
                         "The prompt of row %1 has %2 tokens, and the text encoder reads %3: its end has no effect",
                         row, all, read)
                   : Sentence(
                         "%1 have more tokens than the text encoder reads, the first in row %2 with %3 and not %4: "
                         "the end has no effect",
                         counted(note.rows, "%n prompt", "%n prompts"), row, all, read);
    }
    if (note.kind == PromptNote::Kind::Cut)
        return note.rows == 1 ? Sentence(
                                    "The prompt of row %1 is longer than the text encoder reads at a time: its end "
                                    "has no effect; without --literal all of it is read",
                                    row)
                              : Sentence(
                                    "%1 are longer than the text encoder reads at a time, the first in row %2: the "
                                    "end has no effect; without --literal all of a prompt is read",
                                    counted(note.rows, "%n prompt", "%n prompts"), row);
    return note.rows == 1 ? Sentence("The prompt of row %1 names a network, %2, that is no LoRA and has no effect", row,
                                     in_quotes(note.example))
                          : Sentence("%1 name networks, such as %2 in row %3, that are no LoRAs and have no effect",
                                     counted(note.rows, "%n prompt", "%n prompts"), in_quotes(note.example), row);
}

}  // namespace fanlight
